// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/zeek_reader.h"

#include <algorithm>
#include <charconv>

#include "base/counter.h"
#include "sensor/replay/line_split.h"
#include "sensor/replay/time_text.h"

namespace picket::sensor::replay {
namespace {

Counter too_many_columns{"sensor.replay.zeek_columns", "Zeek logs with more columns than are read"};

using Type = event::LogField::Type;

Type scalar_type(std::string_view name) {
  if (name == "bool") return Type::kBoolean;
  for (const std::string_view number : {"count", "int", "double", "port", "time", "interval"})
    if (name == number) return Type::kNumber;
  return Type::kText;
}

// Calls `part` for each piece of `text` between separators; false once it does.
template <typename Part>
bool split(std::string_view text, std::string_view separator, Part part) {
  while (true) {
    const size_t end = text.find(separator);
    if (!part(text.substr(0, end))) return false;
    if (end == text.npos) return true;
    text.remove_prefix(end + separator.size());
  }
}

}  // namespace

size_t ZeekReader::read(Bytes window, uint64_t offset, bool last, RecordSink& sink) {
  return for_each_line(as_text(window), last, [&](std::string_view text, size_t at) {
    if (text.empty()) return;
    if (text.front() == '#') {
      if (!header(text)) sink.damaged(offset + at, "a header line that says nothing");
    } else if (row(text)) {
      sink.deliver(record_, offset + at);
    } else {
      sink.damaged(offset + at, columns_.empty()
                                    ? "a row before any #fields"
                                    : "a row with another number of columns than its header");
    }
  });
}

bool ZeekReader::header(std::string_view text) {
  // "#separator \x09" is itself separated by a blank; every other line by what it says.
  constexpr std::string_view kSeparator = "#separator ";
  if (text.starts_with(kSeparator)) {
    separator_ = unescaped(text.substr(kSeparator.size()));
    return !separator_.empty();
  }
  const size_t end = text.find(separator_);
  const std::string_view name = text.substr(0, end);
  const std::string_view rest =
      end == text.npos ? std::string_view{} : text.substr(end + separator_.size());
  if (name == "#set_separator")
    set_separator_ = unescaped(rest);
  else if (name == "#empty_field")
    empty_ = rest;
  else if (name == "#unset_field")
    unset_ = rest;
  else if (name == "#path")
    path_ = rest;
  else if (name == "#fields") {
    columns_.clear();
    split(rest, separator_, [&](std::string_view column) {
      if (columns_.size() >= kColumnsMax) return too_many_columns.add(), false;
      columns_.push_back({std::string(column), Type::kText, false, false});
      return true;
    });
  } else if (name == "#types") {
    size_t i = 0;
    split(rest, separator_, [&](std::string_view type) {
      if (i >= columns_.size()) return false;
      Column& column = columns_[i++];
      column.time = type == "time" && column.name == "ts";
      for (const std::string_view container : {"set[", "vector["}) {
        if (!type.starts_with(container) || !type.ends_with(']')) continue;
        column.list = true;
        type = type.substr(container.size(), type.size() - container.size() - 1);
      }
      column.type = scalar_type(type);
      return true;
    });
  }
  return !set_separator_.empty();
}

bool ZeekReader::row(std::string_view text) {
  if (columns_.empty()) return false;
  record_.clear();
  size_t i = 0;
  const bool fits = split(text, separator_, [&](std::string_view raw) {
    if (i >= columns_.size()) return false;
    const Column& column = columns_[i++];
    if (raw == unset_) return true;
    if (raw == empty_)
      record_.add(record_.keep(column.name), {}, Type::kText);
    else if (!column.list)
      add_value(column, raw);
    else
      split(raw, set_separator_,
            [&](std::string_view item) { return add_value(column, item), true; });
    return true;
  });
  record_.origin.product = "zeek";
  record_.origin.channel = record_.keep(path_);
  return fits && i == columns_.size();
}

void ZeekReader::add_value(const Column& column, std::string_view raw) {
  const std::string_view name = record_.keep(column.name);
  if (column.type == Type::kBoolean && (raw == "T" || raw == "F")) {
    record_.add(name, raw == "T" ? "true" : "false", Type::kBoolean);
    return;
  }
  const std::string_view value = record_.keep(unescaped(raw));
  if (column.time) record_.time = parse_epoch(value);
  record_.add(name, value, column.type);
}

// \x09 and the like; Zeek escapes only what would break the line apart.
std::string_view ZeekReader::unescaped(std::string_view raw) {
  if (raw.find("\\x") == raw.npos) return raw;
  scratch_.clear();
  while (!raw.empty()) {
    unsigned byte = 0;
    if (raw.size() >= 4 && raw.starts_with("\\x") &&
        std::from_chars(raw.data() + 2, raw.data() + 4, byte, 16).ptr == raw.data() + 4) {
      scratch_ += static_cast<char>(byte);
      raw.remove_prefix(4);
    } else {
      scratch_ += raw.front();
      raw.remove_prefix(1);
    }
  }
  return scratch_;
}

}  // namespace picket::sensor::replay
