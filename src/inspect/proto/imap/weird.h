// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::imap {

// What can be odd about IMAP; counted as "weird.imap.…" (names in weird.cc).
enum class Weird : uint8_t { kLineTooLong, kCount };
Counter& counter_of(Weird);

}  // namespace picket::inspect::imap
