// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/smb/weird.h"

#include <iterator>

namespace picket::inspect::smb {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.smb.bad_record", "SMB records that begin with no known header"},
      {"weird.smb.cut_short", "SMB records that end before their content"},
      {"weird.smb.record_too_long", "SMB records too long to be read, passed over"},
      {"weird.smb.too_many_waiting", "SMB requests without answer, beyond what is kept"},
      {"weird.smb.too_many_handles", "SMB files open at once, beyond what is kept"},
      {"weird.smb.too_many_trees", "SMB shares connected at once, beyond what is kept"},
      {"weird.smb.data_out_of_order", "SMB file data too far ahead to be put in order"},
      {"weird.smb.out_of_step", "bytes after a gap that are no start of an SMB record"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::smb
