// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace picket::traffic {

// What one_shot leaves of itself: record number `index` of a file that short_lived shares with it
// (descriptor kOneShotRecords). Writing one costs a single pwrite(), so that telling the truth
// hardly lengthens the life it tells of. Both ends are built together: host byte order and layout.
struct OneShotRecord {
  uint32_t pid = 0;   // 0: never written
  int32_t error = 0;  // errno of the call that failed; 0: none
  uint16_t local_port = 0;
  uint8_t local_ip[16] = {};  // IPv4 in the first four bytes
  uint8_t padding[6] = {};
  uint64_t main_ns = 0;  // CLOCK_BOOTTIME on entering main()
  uint64_t end_ns = 0;   // just before the record was written
};
static_assert(sizeof(OneShotRecord) == 48);

constexpr int kOneShotRecords = 3;

}  // namespace picket::traffic
