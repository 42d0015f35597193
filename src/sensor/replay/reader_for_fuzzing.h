// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>

#include "sensor/replay/read_outcome.h"

// What the readers' fuzz targets share: input of any content, read in one window and in small ones.
// Both must end, and see the same. Pure but for the readers' counters.
namespace picket::sensor::replay {

// Records and damage, as one number.
template <typename Reader>
uint64_t read_in_steps(Bytes bytes, InputKind kind, size_t step) {
  ReadOutcome outcome;
  const OnRecord on_record = [](const event::LogRecord&, const RecordPlace&) {};
  RecordSink sink(outcome, on_record, "fuzz", kind);
  Reader reader;
  size_t begin = 0, end = 0;
  do {
    end = std::min(end + step, bytes.size());
    const size_t done =
        reader.read(bytes.subspan(begin, end - begin), begin, end == bytes.size(), sink);
    if (done > end - begin || (end == bytes.size() && done != end - begin)) __builtin_trap();
    begin += done;
  } while (end < bytes.size());
  return outcome.records << 32 | outcome.damaged;
}

// One input of a fuzz target; traps where the two ways of reading differ.
template <typename Reader>
int fuzz_reader(Bytes bytes, InputKind kind) {
  constexpr size_t kSmallBytes = 4096;  // larger ones take too long in small steps
  const uint64_t at_once = read_in_steps<Reader>(bytes, kind, bytes.size() + 1);
  if (bytes.size() < kSmallBytes && read_in_steps<Reader>(bytes, kind, 7) != at_once)
    __builtin_trap();
  return 0;
}

}  // namespace picket::sensor::replay
