// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sensor/replay/read_outcome.h"

// What the readers' tests share: records copied into plain values, and the way to the shared
// corpus.
namespace picket::sensor::replay {

struct TestRecord {
  std::vector<std::pair<std::string, std::string>> fields;
  std::string product, channel, provider, category, computer, input;
  uint32_t event_id = 0;
  std::optional<WallTime> time;
  uint64_t offset = 0;

  // The first of that name; "(absent)" if there is none.
  std::string operator[](std::string_view name) const {
    for (const auto& [key, value] : fields)
      if (key == name) return value;
    return "(absent)";
  }
  size_t count(std::string_view name) const {
    size_t found = 0;
    for (const auto& [key, value] : fields) found += key == name;
    return found;
  }
};

struct TestRead {
  std::vector<TestRecord> records;
  ReadOutcome outcome;
};

inline OnRecord collect(std::vector<TestRecord>& into) {
  return [&into](const event::LogRecord& record, const RecordPlace& place) {
    TestRecord& copy = into.emplace_back();
    for (const event::LogField& field : record.fields())
      copy.fields.emplace_back(field.name, field.value);
    copy.product = record.origin.product;
    copy.channel = record.origin.channel;
    copy.provider = record.origin.provider;
    copy.category = record.origin.category;
    copy.computer = record.computer;
    copy.input = place.input;
    copy.event_id = record.origin.event_id;
    copy.time = record.time;
    copy.offset = place.offset;
  };
}

// Reads `bytes` through windows that grow by `step` whenever the reader asks for more; 0: all at
// once.
inline TestRead read_with(FormatReader& reader, InputKind kind, Bytes bytes, size_t step = 0) {
  TestRead read;
  const OnRecord on_record = collect(read.records);
  RecordSink sink(read.outcome, on_record, "test", kind);
  if (step == 0) step = bytes.size() + 1;
  size_t begin = 0, end = 0;
  while (end < bytes.size() || begin == 0) {
    end = std::min(end + step, bytes.size());
    begin += reader.read(bytes.subspan(begin, end - begin), begin, end == bytes.size(), sink);
    if (end == bytes.size()) break;
  }
  return read;
}

// The corpus beside the checkout, or where PICKET_SHARED says; empty when there is none.
inline std::filesystem::path shared_corpus() {
  std::filesystem::path shared;
  if (const char* given = std::getenv("PICKET_SHARED"))
    shared = given;
  else
    shared = std::filesystem::path(__FILE__).parent_path() / "../../../../shared";
  return std::filesystem::exists(shared / "corpus") ? shared / "corpus" : std::filesystem::path{};
}

}  // namespace picket::sensor::replay
