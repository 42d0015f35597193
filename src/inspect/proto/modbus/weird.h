// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::modbus {

// What can be odd about Modbus; counted as "weird.modbus.…" (names in weird.cc).
enum class Weird : uint8_t { kMalformed, kTooManyWaiting, kUnasked, kCount };
Counter& counter_of(Weird);

}  // namespace picket::inspect::modbus
