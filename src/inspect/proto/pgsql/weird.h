// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::pgsql {

// What can be odd about PostgreSQL; counted as "weird.pgsql.…" (names in weird.cc).
enum class Weird : uint8_t { kBadLength, kTooLong, kTooManyParameters, kUnasked, kCount };
Counter& counter_of(Weird);

}  // namespace picket::inspect::pgsql
