// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/rdp/weird.h"

#include <iterator>

namespace picket::inspect::rdp {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.rdp.bad_frame", "RDP connections that go on with something else than TPKT"},
      {"weird.rdp.cut_short", "RDP connection requests that end before their content"},
      {"weird.rdp.too_many_channels", "RDP connection requests with more channels than are kept"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::rdp
