// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/modbus/weird.h"

#include <iterator>

namespace picket::inspect::modbus {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.modbus.malformed", "Modbus messages that do not hold what they say"},
      {"weird.modbus.too_many_waiting",
       "Modbus requests ended because too many waited for an answer"},
      {"weird.modbus.unasked", "Modbus answers to no request that is known"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::modbus
