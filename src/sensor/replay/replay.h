// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "sensor/replay/byte_source.h"
#include "sensor/replay/read_outcome.h"

// Reading what others recorded, whatever it is: files are told apart by content, compressed ones
// and archives looked into. A broken input is a problem in the outcome, with its name and offset;
// the rest goes on. Not thread-safe; any thread may set the stop flag.
namespace picket::sensor::replay {

// A packet capture: not read here, but handed on.
struct CaptureInput {
  std::string_view input;  // as in RecordPlace
  InputKind kind;
  ByteSource& source;  // from its first byte on; read it as far as you like, during the call
};

struct ReadRequest {
  OnRecord on_record;
  // Unset: captures are counted as skipped.
  std::function<void(const CaptureInput&)> on_capture;
  // After each step: bytes read of this input so far (decompressed).
  std::function<void(std::string_view input, uint64_t bytes)> on_progress;
  const std::atomic<bool>* stop = nullptr;
  ContainerLimits limits;
  // The longest single record (an XML event, a JSON object, a line); longer: damaged, passed over.
  size_t unit_bytes_max = size_t{64} * 1024 * 1024;
};

// The files behind what somebody named: folders become the files in them (all levels, no links
// followed), patterns (*, ?, [...]) what they match, "-" is standard input; sorted within each, so
// that runs repeat. An error names what matches nothing.
Result<std::vector<std::string>> expand_inputs(const std::vector<std::string>& given);

// Reads one file, or standard input ("-").
ReadOutcome for_each_record(const std::string& input, const ReadRequest& request);
ReadOutcome for_each_record(const std::string& input, const OnRecord& on_record);
// Reads bytes at hand, as if they were the file `name`.
ReadOutcome for_each_record(ByteSource& source, const std::string& name,
                            const ReadRequest& request);

// The reader for a kind; nullptr: there is none (captures, unknown content).
std::unique_ptr<FormatReader> make_reader(InputKind kind);

}  // namespace picket::sensor::replay
