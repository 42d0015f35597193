// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dhcp/weird.h"

#include <iterator>

namespace picket::inspect::dhcp {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.dhcp.malformed", "DHCP messages whose fixed part cannot be"},
      {"weird.dhcp.malformed_options", "DHCP options that do not fit their kind"},
      {"weird.dhcp.truncated_options", "DHCP options that end before their content"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::dhcp
