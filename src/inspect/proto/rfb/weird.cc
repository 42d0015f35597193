// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/rfb/weird.h"

#include <iterator>

namespace picket::inspect::rfb {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.rfb.bad_version", "RFB conversations whose version is none that is known"},
      {"weird.rfb.too_long", "RFB names and reasons longer than is kept"},
      {"weird.rfb.unknown_security", "RFB conversations with a security type that is not followed"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::rfb
