// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ike/weird.h"

#include <iterator>

namespace picket::inspect::ike {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.ike.cut_short", "IKE messages that do not hold what they say"},
      {"weird.ike.too_many_payloads", "IKE messages with more payloads than are read"},
      {"weird.ike.too_many_attributes", "IKE proposals with more attributes than are kept"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::ike
