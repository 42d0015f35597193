// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/nfs/weird.h"

#include <iterator>

namespace picket::inspect::nfs {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.nfs.malformed", "RPC messages that do not hold what they say"},
      {"weird.nfs.record_too_long", "RPC records longer than is put together"},
      {"weird.nfs.too_many_waiting", "NFS calls forgotten because too many waited for a reply"},
      {"weird.nfs.too_many_files", "NFS files let go because too many were being moved"},
      {"weird.nfs.unasked", "RPC replies to no call that is known"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::nfs
