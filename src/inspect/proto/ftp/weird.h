// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::ftp {

// What can be odd about FTP; counted as "weird.ftp.…" (names in weird.cc).
enum class Weird : uint8_t {
  kLineTooLong,
  kTooManyReplies,
  kReplyWithoutCode,
  kBadAddress,
  kCount
};
Counter& counter_of(Weird);

}  // namespace picket::inspect::ftp
