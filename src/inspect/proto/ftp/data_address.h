// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string_view>

#include "base/address.h"

namespace picket::inspect::ftp {

// Where a data connection is to go (RFC 959 3.2.1, RFC 2428). Pure functions; nullopt: it says
// nothing of the kind. An address that the form leaves out is unspecified.
std::optional<Endpoint> host_port(std::string_view text);      // h1,h2,h3,h4,p1,p2 anywhere in it
std::optional<Endpoint> extended_port(std::string_view text);  // |1|192.0.2.1|5282|  or  (|||5282|)

}  // namespace picket::inspect::ftp
