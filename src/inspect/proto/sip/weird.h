// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::sip {

// What can be odd about SIP; counted as "weird.sip.…" (names in weird.cc).
enum class Weird : uint8_t {
  kBadStartLine,
  kTooManyHeaders,
  kHeadTooLong,
  kTooManySdpLines,
  kCount
};
Counter& counter_of(Weird);

}  // namespace picket::inspect::sip
