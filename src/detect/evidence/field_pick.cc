// SPDX-License-Identifier: Apache-2.0
#include "detect/evidence/field_pick.h"

#include "base/ascii.h"

namespace picket::detect::evidence {
bool same_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size() || a.empty() || a.front() != b.front()) return false;
  return a == b || same_ignoring_case(a, b);
}

std::optional<bool> truth(std::string_view text) {
  if (same_name(text, "true") || text == "True" || text == "TRUE" || text == "1") return true;
  if (same_name(text, "false") || text == "False" || text == "FALSE" || text == "0") return false;
  return std::nullopt;
}

Endpoint endpoint(std::string_view address, std::string_view port) {
  Endpoint out;
  // An IPv6 address may carry a zone (fe80::1%3), which means nothing to another machine.
  if (auto parsed = IpAddress::parse(address.substr(0, address.find('%')))) out.address = *parsed;
  out.port = number<uint16_t>(port).value_or(0);
  return out;
}

}  // namespace picket::detect::evidence
