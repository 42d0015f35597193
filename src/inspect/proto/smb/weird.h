// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::smb {

// What can be odd about SMB; counted as "weird.smb.…" (names in weird.cc).
enum class Weird : uint8_t {
  kBadRecord,
  kCutShort,
  kRecordTooLong,
  kTooManyWaiting,
  kTooManyHandles,
  kTooManyTrees,
  kDataOutOfOrder,
  kOutOfStep,
  kCount,
};
Counter& counter_of(Weird);

}  // namespace picket::inspect::smb
