// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/address.h"

// What may stand as the name of a peer. Names come from strangers' bytes and end up in rules, on
// terminals and in people's heads, so they are checked here once. Pure functions.
namespace picket::inspect {

constexpr size_t kHostNameMax = 253;  // presentation form without the trailing dot (RFC 1035 2.3.4)
constexpr size_t kHostLabelMax = 63;

// Whether `name` is a host name: RFC 1123 labels (letters, digits, inner hyphens) plus the
// underscore that DNS names carry in practice; no trailing dot, and a last label that is not a
// number, so that nothing passes that a program would take for an IPv4 address. Case does not
// matter.
bool is_host_name(std::string_view name);

struct Authority {
  std::string host;                  // lower case, no trailing dot; an address in canonical form
  std::optional<IpAddress> address;  // set when the host is an address literal and no name
  std::optional<uint16_t> port;
  bool trailing_dot = false;  // there was one; it is not in `host`
};

// Reads `host [ ":" port ]` (RFC 3986 3.2 without userinfo): a host name, an IPv4 address or an
// IPv6 address in brackets. Percent encoding and zone ids are refused. nullopt: it is not that.
std::optional<Authority> parse_authority(std::string_view text);

}  // namespace picket::inspect
