// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::rfb {

// What can be odd about RFB; counted as "weird.rfb.…" (names in weird.cc).
enum class Weird : uint8_t { kBadVersion, kTooLong, kUnknownSecurity, kCount };
Counter& counter_of(Weird);

}  // namespace picket::inspect::rfb
