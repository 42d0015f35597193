// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/tftp/weird.h"

#include <iterator>

namespace picket::inspect::tftp {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.tftp.malformed", "TFTP requests without a file name and mode"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::tftp
