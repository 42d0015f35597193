// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::rdp {

// What can be odd about RDP; counted as "weird.rdp.…" (names in weird.cc).
enum class Weird : uint8_t { kBadFrame, kCutShort, kTooManyChannels, kCount };
Counter& counter_of(Weird);

}  // namespace picket::inspect::rdp
