// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::pop3 {

// What can be odd about POP3; counted as "weird.pop3.…" (names in weird.cc).
enum class Weird : uint8_t { kLineTooLong, kTooManyDataLines, kAnswerUnasked, kBadAnswer, kCount };
Counter& counter_of(Weird);

}  // namespace picket::inspect::pop3
