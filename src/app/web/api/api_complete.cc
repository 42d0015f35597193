// SPDX-License-Identifier: Apache-2.0
#include "app/web/api/api.h"
#include "app/web/api/completion.h"
#include "app/web/api/query_parts.h"
#include "app/web/http/parameters.h"
#include "base/ascii.h"
#include "base/json_writer.h"
#include "store/reader.h"

namespace picket::app::web::api {
namespace {

constexpr size_t kValuesMax = 20;
constexpr int64_t kLookedBackNs = int64_t{86'400} * 1'000'000'000;

// The values that a field had in the last day and that begin so: the most frequent.
void add_values(store::Reader& reader, schema::Field field, std::string_view begun, WallTime now,
                std::vector<Completion>& out) {
  search::Query query;
  narrow(query, in_time(WallTime{now.ns - kLookedBackNs}, std::nullopt));
  const std::string wanted = ascii_lowered(begun);
  for (auto& [value, count] : reader.top(query, field, 1000).values) {
    if (out.size() >= kValuesMax) return;
    if (ascii_lowered(value).starts_with(wanted))
      out.push_back({as_value(value), "value", {}, count});
  }
}

}  // namespace

Outcome Api::complete_query(const Call& call) {
  http::Parameters given(call.target);
  const std::string text = given.text("query", search::kQueryBytesMax);
  const auto end = static_cast<int64_t>(text.size());
  const auto at =
      static_cast<size_t>(given.number("at", 0, static_cast<int64_t>(search::kQueryBytesMax), end));
  TRY(given.done());
  Place place = place_in(text, at);
  if (place.field && place.completions.empty() && *place.field != schema::Field::kTime &&
      !behind_.folder.empty()) {
    if (auto reader = open_store(call))
      add_values(*reader, *place.field, place.begun, behind_.clock->wall(), place.completions);
  }
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("from", place.from).member("until", place.until);
  json.key("completions").begin_array();
  for (const Completion& one : place.completions) {
    json.begin_object().member("text", one.text).member("kind", one.kind);
    json.member_if("meaning", one.meaning);
    if (one.count > 0) json.member("count", one.count);
    json.end_object();
  }
  json.end_array();
  const auto query = search::parse_query(text, behind_.clock->wall());
  if (!query) {
    json.key("error").begin_object().member("message", query.error().message);
    json.member("at", query.error().at).member_if("hint", query.error().hint).end_object();
  }
  json.end_object();
  return http::json_response(std::move(out));
}

}  // namespace picket::app::web::api
