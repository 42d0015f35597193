// SPDX-License-Identifier: Apache-2.0
// Input of any content, read in one window and in small ones: both must end, and see the same.
#include <algorithm>

#include "sensor/replay/auditd_reader.h"

namespace {

using namespace picket::sensor::replay;

// Records and damage, as one number.
uint64_t read_in_steps(picket::Bytes bytes, size_t step) {
  ReadOutcome outcome;
  const OnRecord on_record = [](const picket::event::LogRecord&, const RecordPlace&) {};
  RecordSink sink(outcome, on_record, "fuzz", InputKind::kAuditd);
  AuditdReader reader;
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const uint64_t at_once = read_in_steps({data, size}, size + 1);
  if (size < 4096 && read_in_steps({data, size}, 7) != at_once) __builtin_trap();
  return 0;
}
