// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/snmp/weird.h"

#include <iterator>

namespace picket::inspect::snmp {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.snmp.malformed", "SNMP messages that do not hold what they say"},
      {"weird.snmp.too_many_variables", "SNMP messages with more variables than are kept"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::snmp
