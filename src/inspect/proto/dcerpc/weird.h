// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::dcerpc {

// What can be odd about DCE/RPC; counted as "weird.dcerpc.…" (names in weird.cc).
enum class Weird : uint8_t {
  kBadHeader,
  kCutShort,
  kTooManyContexts,
  kStubTooLong,
  kOutOfStep,
  kCount
};
Counter& counter_of(Weird);

}  // namespace picket::inspect::dcerpc
