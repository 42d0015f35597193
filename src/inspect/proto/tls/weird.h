// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::tls {

// What can be odd about a ClientHello; counted as "weird.tls.…" (names in weird.cc).
enum class Weird : uint8_t {
  kBadRecord,
  kEmptyRecord,
  kInterleavedRecord,
  kNotClientHello,
  kTooLong,
  kBadLength,
  kTrailingBytes,
  kBadExtension,
  kDuplicateExtension,
  kTooManyExtensions,
  kTooManyProtocols,
  kSniNotHostName,
  kSniAddress,
  kSniTrailingDot,
  kSniSeveral,
  kCount,
};
Counter& counter_of(Weird);
using Weirds = WeirdSet<Weird>;

}  // namespace picket::inspect::tls
