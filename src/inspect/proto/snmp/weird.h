// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::snmp {

// What can be odd about SNMP; counted as "weird.snmp.…" (names in weird.cc).
enum class Weird : uint8_t { kMalformed, kTooManyVariables, kCount };
Counter& counter_of(Weird);

}  // namespace picket::inspect::snmp
