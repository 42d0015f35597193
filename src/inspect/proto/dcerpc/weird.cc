// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dcerpc/weird.h"

#include <iterator>

namespace picket::inspect::dcerpc {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.dcerpc.bad_header", "DCE/RPC fragments whose header cannot be"},
      {"weird.dcerpc.cut_short", "DCE/RPC fragments that end before their content"},
      {"weird.dcerpc.too_many_contexts", "DCE/RPC connections with more interfaces than are kept"},
      {"weird.dcerpc.stub_too_long", "DCE/RPC calls with more stub data than is kept"},
      {"weird.dcerpc.out_of_step", "bytes after a gap that are no start of a DCE/RPC fragment"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::dcerpc
