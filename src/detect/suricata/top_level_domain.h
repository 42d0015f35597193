// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace picket::detect::suricata {

// The public suffix of a host name ("co.uk" of "www.example.co.uk"), told by rule of thumb: the
// last label, or the last two when the last has two letters and the one before is a usual second
// level (co, com, net, org, ac, gov, edu ...). Empty: it has none.
std::string_view public_suffix(std::string_view host);
// The public suffix with the label before it; empty: there is none.
std::string_view registered_domain(std::string_view host);

}  // namespace picket::detect::suricata
