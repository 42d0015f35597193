// SPDX-License-Identifier: Apache-2.0
// Records per second and core of the EVTX reader: over a log made here, and over the recorded ones
// of the shared corpus where that is present.
#include <benchmark/benchmark.h>

#include <fstream>
#include <iterator>

#include "sensor/replay/evtx_reader.h"
#include "sensor/replay/evtx_writer.h"
#include "sensor/replay/test_records.h"

namespace picket::sensor::replay {
namespace {

std::vector<uint8_t> made_log() {
  EvtxChunkWriter chunk;
  std::vector<EvtxValue> values;
  for (const char* name : {"RuleName", "UtcTime", "ProcessGuid", "Image", "FileVersion",
                           "Description", "Product", "Company", "OriginalFileName", "CommandLine",
                           "User", "Hashes", "ParentImage", "ParentCommandLine", "ParentUser"})
    values.push_back(text_value(name, "C:\\Windows\\System32\\some program.exe"));
  for (const char* name : {"ProcessId", "ParentProcessId"})
    values.push_back({name, uint8_t(ValueType::kUint32), number_bytes(4711, 4)});
  for (uint64_t id = 1; chunk.add(id, 1, values); ++id) continue;
  return evtx_file({chunk.finish(), chunk.finish()});
}

void read_all(benchmark::State& state, const std::vector<std::vector<uint8_t>>& logs) {
  uint64_t records = 0, fields = 0;
  const OnRecord on_record = [&](const event::LogRecord& record, const RecordPlace&) {
    fields += record.fields().size();
  };
  for (auto _ : state) {
    for (const std::vector<uint8_t>& log : logs) {
      ReadOutcome outcome;
      RecordSink sink(outcome, on_record, "bench", InputKind::kEvtx);
      EvtxReader reader;
      reader.read(log, 0, true, sink);
      records += outcome.records;
    }
  }
  state.counters["records/s"] =
      benchmark::Counter(static_cast<double>(records), benchmark::Counter::kIsRate);
  state.counters["fields/record"] =
      static_cast<double>(fields) / static_cast<double>(std::max<uint64_t>(records, 1));
}

void evtx_made(benchmark::State& state) { read_all(state, {made_log()}); }
BENCHMARK(evtx_made);

void evtx_recorded(benchmark::State& state) {
  std::vector<std::vector<uint8_t>> logs;
  if (const auto corpus = shared_corpus(); !corpus.empty()) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(corpus / "telemetry")) {
      if (entry.path().extension() != ".evtx") continue;
      std::ifstream in(entry.path(), std::ios::binary);
      logs.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
  }
  if (logs.empty()) {
    state.SkipWithError("no shared corpus");
    return;
  }
  read_all(state, logs);
}
BENCHMARK(evtx_recorded);

}  // namespace
}  // namespace picket::sensor::replay

BENCHMARK_MAIN();
