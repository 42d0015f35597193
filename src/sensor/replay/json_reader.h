// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <simdjson.h>

#include "event/log_record.h"
#include "sensor/replay/json_shapes.h"
#include "sensor/replay/read_outcome.h"

namespace picket::sensor::replay {

// Reads JSON events: objects one per line, pretty-printed or in an array, and objects that hold
// nothing but a list of events ({"Records": [...]}). Each is brought to fields by its own shape
// (json_shapes.h), so shapes may mix. A broken object is counted and reading goes on at the next
// line that starts with a brace.
class JsonReader : public FormatReader {
 public:
  size_t read(Bytes window, uint64_t offset, bool last, RecordSink& sink) override;

 private:
  bool object(std::string_view text, uint64_t offset, RecordSink& sink);
  bool event(simdjson::dom::element element, uint64_t offset, RecordSink& sink);

  // One object per line: decided by the first object, or after a broken one, as looking for the
  // ends of objects that do not end would take time without bound.
  enum class Layout : uint8_t { kUndecided, kByLine, kFree } layout_ = Layout::kUndecided;
  simdjson::dom::parser parser_;
  JsonShapes shapes_;
  event::LogRecord record_;
};

}  // namespace picket::sensor::replay
