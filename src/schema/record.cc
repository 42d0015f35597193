// SPDX-License-Identifier: Apache-2.0
#include "schema/record.h"

#include <charconv>

#include "base/counter.h"

namespace picket::schema {
namespace {

Counter cut_texts{"schema.text_cut", "texts of records longer than 8 KiB, cut"};

void append_value(JsonWriter& out, Field field, const Value& value) {
  if (info(field).type == Type::kList) {
    out.begin_array();
    for (const std::string_view one : elements(std::get<std::string>(value))) out.value(one);
    out.end_array();
  } else if (const auto* number = std::get_if<int64_t>(&value);
             number && info(field).type == Type::kNumber) {
    out.value(*number);
  } else if (const auto* flag = std::get_if<bool>(&value)) {
    out.value(*flag);
  } else if (const auto* real = std::get_if<double>(&value)) {
    out.value(*real);
  } else {
    out.value(text_of(field, value));
  }
}

// Writes dotted names as nested objects: fields of one group stand together.
class Nesting {
 public:
  explicit Nesting(JsonWriter& out) : out_(out) {}
  // Opens and closes objects so that the member `name` can be written; returns its last part.
  std::string_view enter(std::string_view name) {
    const size_t last = name.rfind('.');
    const std::string_view path = last == name.npos ? std::string_view() : name.substr(0, last);
    while (!open_.empty() && !is_within(path, open_.back())) leave();
    for (size_t from = open_.empty() ? 0 : open_.back().size() + 1; from < path.size();) {
      const size_t dot = std::min(path.find('.', from), path.size());
      out_.key(path.substr(from, dot - from)).begin_object();
      open_.push_back(path.substr(0, dot));
      from = dot + 1;
    }
    return last == name.npos ? name : name.substr(last + 1);
  }
  void leave_all() {
    while (!open_.empty()) leave();
  }

 private:
  static bool is_within(std::string_view path, std::string_view group) {
    return path.starts_with(group) && (path.size() == group.size() || path[group.size()] == '.');
  }
  void leave() {
    out_.end_object();
    open_.pop_back();
  }
  JsonWriter& out_;
  std::vector<std::string_view> open_;  // whole paths
};

}  // namespace

std::string_view Record::text_of(Field field) const {
  const Value* value = find(field);
  const auto* text = value ? std::get_if<std::string>(value) : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

int64_t Record::number_of(Field field) const {
  const Value* value = find(field);
  const auto* number = value ? std::get_if<int64_t>(value) : nullptr;
  return number ? *number : 0;
}

void Record::text(Field field, std::string_view value) {
  if (value.empty()) return;
  if (value.size() > kTextMax) {
    value = value.substr(0, kTextMax);
    cut_texts.add();
  }
  entries.push_back({field, std::string(value)});
}

void Record::list(Field field, const std::vector<std::string>& values) {
  std::string joined;
  for (const std::string& one : values) {
    if (!joined.empty()) joined += kListSeparator;
    joined += one;
  }
  text(field, joined);
}

void Record::word(Field field, std::string_view word) {
  if (const auto rank = rank_of(field, word)) entries.push_back({field, *rank});
}

void Record::number(Field field, uint64_t value) {
  constexpr uint64_t kMax = INT64_MAX;
  entries.push_back({field, static_cast<int64_t>(std::min(value, kMax))});
}

void Record::endpoint(Field address, Field port, const Endpoint& endpoint) {
  if (endpoint.port == 0 && endpoint.address.is_unspecified()) return;
  entries.push_back({address, endpoint.address});
  number(port, endpoint.port);
}

void Record::finish() { std::ranges::stable_sort(entries, {}, &RecordEntry::field); }

std::string text_of(Field field, const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* address = std::get_if<IpAddress>(&value)) return address->text();
  if (const auto* real = std::get_if<double>(&value)) {
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, *real);
    return std::string(buffer, end.ptr);
  }
  const int64_t number = std::get<int64_t>(value);
  if (info(field).type == Type::kWord) return std::string(word_at(field, number));
  if (info(field).type == Type::kTime) return rfc3339(WallTime{number});
  return std::to_string(number);
}

std::vector<std::string_view> elements(std::string_view list) {
  std::vector<std::string_view> out;
  for (size_t from = 0; from <= list.size();) {
    const size_t end = std::min(list.find(Record::kListSeparator, from), list.size());
    out.push_back(list.substr(from, end - from));
    from = end + 1;
  }
  return out;
}

void append_json(JsonWriter& out, const Record& record) {
  out.begin_object().member("time", rfc3339(record.time)).member("kind", text(record.kind));
  Nesting nesting(out);
  for (const RecordEntry& entry : record.entries) {
    out.key(nesting.enter(info(entry.field).name));
    append_value(out, entry.field, entry.value);
  }
  nesting.leave_all();
  out.end_object();
}

std::string json_line(const Record& record) {
  std::string line;
  JsonWriter out(line);
  append_json(out, record);
  if (record.body.empty()) return line;
  line.pop_back();
  return line + ",\"alert\":" + record.body + '}';
}

}  // namespace picket::schema
