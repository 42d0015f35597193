// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::ntp {

// What can be odd about NTP; counted as "weird.ntp.…" (names in weird.cc).
enum class Weird : uint8_t { kMalformed, kCount };
Counter& counter_of(Weird);

}  // namespace picket::inspect::ntp
