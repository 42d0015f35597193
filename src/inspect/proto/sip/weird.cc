// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/sip/weird.h"

#include <iterator>

namespace picket::inspect::sip {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.sip.bad_start_line", "SIP messages without a start line"},
      {"weird.sip.too_many_headers", "SIP messages with more headers than are kept"},
      {"weird.sip.head_too_long", "SIP messages over TCP whose head does not end in time"},
      {"weird.sip.too_many_sdp_lines", "session descriptions of more lines than are kept"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::sip
