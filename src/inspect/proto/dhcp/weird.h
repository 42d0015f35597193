// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::dhcp {

// What can be odd about DHCP; counted as "weird.dhcp.…" (names in weird.cc).
enum class Weird : uint8_t { kMalformed, kMalformedOptions, kTruncatedOptions, kCount };
Counter& counter_of(Weird);

}  // namespace picket::inspect::dhcp
