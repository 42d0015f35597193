// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::krb5 {

// What can be odd about Kerberos; counted as "weird.krb5.…" (names in weird.cc).
enum class Weird : uint8_t { kMalformed, kMessageTooLong, kCount };
Counter& counter_of(Weird);

}  // namespace picket::inspect::krb5
