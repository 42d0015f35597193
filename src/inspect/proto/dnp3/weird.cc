// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dnp3/weird.h"

#include <iterator>

namespace picket::inspect::dnp3 {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.dnp3.bad_link_crc", "DNP3 frames whose header has a wrong checksum"},
      {"weird.dnp3.bad_block_crc", "DNP3 frames with a block of wrong checksum"},
      {"weird.dnp3.out_of_sequence", "DNP3 fragments that continue nothing"},
      {"weird.dnp3.too_long", "DNP3 messages longer than is put together"},
      {"weird.dnp3.unknown_object", "DNP3 messages with objects that cannot be read"},
      {"weird.dnp3.too_many_points", "DNP3 messages with more points than are read"},
      {"weird.dnp3.too_many_objects", "DNP3 messages with more objects than are read"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::dnp3
