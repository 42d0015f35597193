// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::dnp3 {

// What can be odd about DNP3; counted as "weird.dnp3.…" (names in weird.cc).
enum class Weird : uint8_t {
  kBadLinkCrc,
  kBadBlockCrc,
  kOutOfSequence,
  kTooLong,
  kUnknownObject,
  kTooManyPoints,
  kTooManyObjects,
  kCount
};
Counter& counter_of(Weird);

}  // namespace picket::inspect::dnp3
