// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::nfs {

// What can be odd about NFS; counted as "weird.nfs.…" (names in weird.cc).
enum class Weird : uint8_t {
  kMalformed,
  kRecordTooLong,
  kTooManyWaiting,
  kTooManyFiles,
  kUnasked,
  kCount
};
Counter& counter_of(Weird);

}  // namespace picket::inspect::nfs
