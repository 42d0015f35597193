// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/imap/weird.h"

#include <iterator>

namespace picket::inspect::imap {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.imap.line_too_long", "IMAP lines longer than is looked at"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::imap
