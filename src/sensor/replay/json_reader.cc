// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/json_reader.h"

#include <algorithm>

#include "sensor/replay/json_split.h"

namespace picket::sensor::replay {

size_t JsonReader::read(Bytes window, uint64_t offset, bool last, RecordSink& sink) {
  const std::string_view text = as_text(window);
  size_t at = 0;
  while (true) {
    const JsonPiece piece = next_json_object(text, at, last, layout_ == Layout::kByLine);
    const std::string_view inside = text.substr(piece.begin, piece.end - piece.begin);
    at = piece.end;
    switch (piece.kind) {
      case JsonPiece::Kind::kNone: return text.size();
      case JsonPiece::Kind::kMore: return piece.begin;
      case JsonPiece::Kind::kBroken:
        sink.damaged(offset + piece.begin, "a JSON object that breaks off");
        layout_ = Layout::kByLine;
        break;
      case JsonPiece::Kind::kGarbage: sink.damaged(offset + piece.begin, "no JSON object"); break;
      case JsonPiece::Kind::kObject:
        if (layout_ == Layout::kUndecided)
          layout_ = inside.find('\n') == inside.npos ? Layout::kByLine : Layout::kFree;
        if (object(inside, offset + piece.begin, sink)) break;
        sink.damaged(offset + piece.begin, "a JSON object that does not parse");
        layout_ = Layout::kByLine;
        // Its brackets may be those of the next one.
        at = std::min(at, json_resume(text, piece.begin));
        break;
    }
  }
}

bool JsonReader::object(std::string_view text, uint64_t offset, RecordSink& sink) {
  simdjson::dom::element parsed;
  if (parser_.parse(text.data(), text.size()).get(parsed) != simdjson::SUCCESS) return false;
  simdjson::dom::object members;
  if (parsed.get(members) != simdjson::SUCCESS) return false;
  // {"Records": [ {...}, {...} ]}
  if (members.size() == 1) {
    simdjson::dom::array list;
    simdjson::dom::element only = (*members.begin()).value;
    if (only.get(list) == simdjson::SUCCESS && list.size() > 0 && list.at(0).is_object()) {
      bool all = true;
      for (const simdjson::dom::element item : list) all = event(item, offset, sink) && all;
      return all;
    }
  }
  return event(parsed, offset, sink);
}

bool JsonReader::event(simdjson::dom::element element, uint64_t offset, RecordSink& sink) {
  record_.clear();
  if (!shapes_.read(element, sink.input(), record_)) return false;
  sink.deliver(record_, offset);
  return true;
}

}  // namespace picket::sensor::replay
