// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/address.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "schema/field.h"

// One thing that is kept: a kind, a time, and the fields that are known, in the order of
// fields.def. What is not known is not in it. A value; text is the source's own bytes.
namespace picket::schema {

// kText, kPhrase, kList (elements separated by \n): string. kWord (rank), kNumber, kTime: int64.
// kFlag: bool. kReal: double.
using Value = std::variant<std::string, int64_t, bool, double, IpAddress>;

struct RecordEntry {
  Field field;
  Value value;
};

struct Record {
  static constexpr size_t kTextMax = 8192;  // bytes of one text; a longer one is cut
  static constexpr char kListSeparator = '\n';

  Kind kind = Kind::kAlert;
  WallTime time;
  std::vector<RecordEntry> entries;
  std::string body;  // alerts: the whole alert as JSON; else empty

  const Value* find(Field field) const {
    const auto at = std::ranges::find(entries, field, &RecordEntry::field);
    return at == entries.end() ? nullptr : &at->value;
  }
  // Empty, or 0, where the field is not there or of another type.
  std::string_view text_of(Field field) const;
  int64_t number_of(Field field) const;

  // Adds a field, unless there is nothing to say. Fields are added in any order; finish() sorts.
  void text(Field field, std::string_view value);
  void list(Field field, const std::vector<std::string>& values);
  void word(Field field, std::string_view word);  // one that the field does not have is left out
  void number(Field field, uint64_t value);       // 0 too
  void number_if(Field field, uint64_t value) {
    if (value != 0) number(field, value);
  }
  void value(Field field, Value item) { entries.push_back({field, std::move(item)}); }
  void endpoint(Field address, Field port, const Endpoint& endpoint);
  void finish();
};

// A value as people write it in a query.
std::string text_of(Field field, const Value& value);
// The elements of a list's value.
std::vector<std::string_view> elements(std::string_view list);
// One JSON object: names with dots become nested objects.
void append_json(JsonWriter& out, const Record& record);
// The same as a line without its newline; an alert's own JSON is the member "alert".
std::string json_line(const Record& record);

}  // namespace picket::schema
