// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::ike {

// What can be odd about IKE; counted as "weird.ike.…" (names in weird.cc).
enum class Weird : uint8_t { kCutShort, kTooManyPayloads, kTooManyAttributes, kCount };
Counter& counter_of(Weird);

}  // namespace picket::inspect::ike
