// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::ldap {

// What can be odd about LDAP; counted as "weird.ldap.…" (names in weird.cc).
enum class Weird : uint8_t {
  kMalformed,
  kMessageTooLong,
  kTooManyResponses,
  kTooManyItems,
  kUnasked,
  kCount
};
Counter& counter_of(Weird);

}  // namespace picket::inspect::ldap
