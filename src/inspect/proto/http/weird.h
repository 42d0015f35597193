// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::http {

// What can be odd about a request's head; counted as "weird.http.…" (names in weird.cc).
enum class Weird : uint8_t {
  kLeadingEmptyLine,
  kBareLineFeed,
  kOddWhitespace,
  kControlByte,
  kSpaceInTarget,
  kOddTarget,
  kTooLong,
  kTooManyHeaders,
  kFoldedHeader,
  kSpaceBeforeColon,
  kNotAHeader,
  kNoHost,
  kDuplicateHost,
  kConflictingHost,
  kBadHost,
  kHostDiffersFromTarget,
  kUserInTarget,
  kCount,
};
Counter& counter_of(Weird);
using Weirds = WeirdSet<Weird>;

}  // namespace picket::inspect::http
