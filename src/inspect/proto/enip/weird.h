// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::enip {

// What can be odd about EtherNet/IP; counted as "weird.enip.…" (names in weird.cc).
enum class Weird : uint8_t { kBadLength, kMalformed, kTooManyItems, kUnasked, kCount };
Counter& counter_of(Weird);

}  // namespace picket::inspect::enip
