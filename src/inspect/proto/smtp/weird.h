// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::smtp {

// What can be odd about mail on its way; counted as "weird.smtp.…" (names in weird.cc).
enum class Weird : uint8_t {
  kReplyUnknown,
  kReplyUnasked,
  kLineTooLong,
  kTooManyCommands,
  kTooManyRecipients,
  kTooManyHeaders,
  kTooManyParts,
  kTooDeep,
  kTooManyUrls,
  kBadBase64,
  kBadQuotedPrintable,
  kGapInMessage,
  kCount,
};
Counter& counter_of(Weird);

}  // namespace picket::inspect::smtp
