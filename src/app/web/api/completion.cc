// SPDX-License-Identifier: Apache-2.0
#include "app/web/api/completion.h"

#include <algorithm>

namespace picket::app::web::api {
namespace {

// Whether a place is inside quotation marks: where the phrase around it began.
std::optional<size_t> quote_before(std::string_view query, size_t at) {
  std::optional<size_t> open;
  for (size_t i = 0; i < at; ++i) {
    if (query[i] == '\\')
      ++i;
    else if (query[i] == '"')
      open = open ? std::nullopt : std::optional(i);
  }
  return open;
}

bool ends_word(char c) { return std::string_view(" \t\r\n()").find(c) != std::string_view::npos; }

void add_fields(std::string_view begun, std::vector<Completion>& out) {
  for (const schema::FieldInfo& field : schema::fields())
    if (field.name.starts_with(begun))
      out.push_back({std::string(field.name) + ':', "field", field.meaning});
  // exe for process.executable: the last part alone.
  for (const schema::FieldInfo& field : schema::fields())
    if (const size_t dot = field.name.rfind('.');
        !begun.empty() && dot != field.name.npos && field.name.substr(dot + 1).starts_with(begun))
      out.push_back({std::string(field.name) + ':', "field", field.meaning});
}

void add_words(schema::Field field, std::string_view begun, std::vector<Completion>& out) {
  const schema::FieldInfo& info = schema::info(field);
  if (info.type == schema::Type::kFlag)
    for (const char* word : {"true", "false"}) out.push_back({word, "value"});
  if (info.type == schema::Type::kWord)
    for (int64_t rank = 0; !schema::word_at(field, rank).empty(); ++rank)
      out.push_back({std::string(schema::word_at(field, rank)), "value"});
  std::erase_if(out, [&](const Completion& one) { return !one.text.starts_with(begun); });
}

}  // namespace

std::string as_value(std::string_view value) {
  if (!value.empty() && value.find_first_of(" \t\r\n()[]{}\":*?\\") == std::string_view::npos)
    return std::string(value);
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

Place place_in(std::string_view query, size_t at) {
  at = std::min(at, query.size());
  const auto quote = quote_before(query, at);
  size_t from = quote.value_or(at);
  while (from > 0 && !ends_word(query[from - 1])) --from;
  const std::string_view before = query.substr(from, at - from);
  Place place;
  place.from = from;
  place.until = at;
  while (!quote && place.until < query.size() && !ends_word(query[place.until])) ++place.until;
  const size_t colon = before.find(':');
  if (colon == std::string_view::npos) {
    place.begun = before;
    add_fields(before, place.completions);
    for (const std::string_view word : {"AND", "OR", "NOT", "last:24h"})
      if (from > 0 && !before.empty() && word.starts_with(before))
        place.completions.push_back({std::string(word), "operator"});
    return place;
  }
  place.field = schema::find_field(before.substr(0, colon));
  place.from = from + colon + 1;
  place.begun = before.substr(colon + 1);
  if (place.begun.starts_with('"')) place.begun.erase(0, 1);
  if (place.field) add_words(*place.field, place.begun, place.completions);
  return place;
}

}  // namespace picket::app::web::api
