// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "inspect/weird.h"

namespace picket::inspect::dns {

// What can be odd about a DNS message; counted as "weird.dns.…" (names in weird.cc).
enum class Weird : uint8_t {
  kCutShort,
  kPointerForward,
  kPointerLoop,
  kPointerIntoHeader,
  kPointerChain,
  kNameTooLong,
  kLabelType,
  kTooManyQuestions,
  kTooManyRecords,
  kBadRdata,
  kOddOpt,
  kReservedBit,
  kTtlTopBit,
  kTrailingBytes,
  kTcpEmptyMessage,
  kTcpOutOfStep,
  kTcpTooLong,
  kAnswerUnrelated,
  kChainLoop,
  kTooManyAddresses,
  kNotHostName,
  kMulticastNotLocal,
  kTooManyNames,
  kCount,
};
Counter& counter_of(Weird);
using Weirds = WeirdSet<Weird>;

}  // namespace picket::inspect::dns
