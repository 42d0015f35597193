// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/enip/weird.h"

#include <iterator>

namespace picket::inspect::enip {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.enip.bad_length", "EtherNet/IP datagrams that are shorter than they say"},
      {"weird.enip.malformed", "EtherNet/IP messages that do not hold what they say"},
      {"weird.enip.too_many_items",
       "EtherNet/IP messages with more items or CIP messages than are read"},
      {"weird.enip.unasked", "EtherNet/IP answers to no request that is known"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::enip
