// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ntp/weird.h"

#include <iterator>

namespace picket::inspect::ntp {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.ntp.malformed", "NTP messages that are too short or of no known version"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::ntp
