// SPDX-License-Identifier: Apache-2.0
#include "app/web/api/api.h"
#include "app/web/api/query_parts.h"
#include "app/web/api/record_page.h"
#include "app/web/http/parameters.h"
#include "base/json_writer.h"
#include "exchange/formats.h"
#include "search/query_value.h"
#include "store/reader.h"

namespace picket::app::web::api {
namespace {

constexpr size_t kCursorMax = 200;
constexpr size_t kPageMax = 1000;
constexpr size_t kExportRecordsMax = 100'000;
constexpr size_t kExportBytesMax = 64u << 20;

http::Checked<std::optional<Cursor>> read_cursor(const std::string& given) {
  if (given.empty()) return std::nullopt;
  const auto cursor = parse_cursor(given);
  if (!cursor) return http::wrong("cursor", "it is none that this server gave");
  return cursor;
}

std::string page_json(std::string_view member, const RecordPage& page, const store::Reader& reader,
                      std::string (*line)(const schema::Record&)) {
  std::string out = "{\"" + std::string(member) + "\":[";
  for (const schema::Record& record : page.records) {
    if (out.back() != '[') out += ',';
    out += line(record);
  }
  out += ']';
  if (page.next) out += ",\"next_cursor\":\"" + text(*page.next) + '"';
  return out + problems_member(reader) + '}';
}

// An alert says all of itself; of one that was imported there may be its fields only.
std::string alert_line(const schema::Record& record) {
  return record.body.empty() ? schema::json_line(record) : record.body;
}

std::string written(const schema::Record& record, std::string_view format) {
  if (format == "ocsf") return exchange::ocsf_line(record);
  if (format == "ecs") return exchange::ecs_line(record);
  if (format == "eve") return exchange::eve_line(record);
  if (format == "cef") return exchange::cef_line(record);
  return schema::json_line(record);
}

}  // namespace

Outcome Api::search(const Call& call) {
  http::Parameters given(call.target);
  const std::string asked = given.text("query", search::kQueryBytesMax);
  const bool oldest = given.word("order", {"newest", "oldest"}) == "oldest";
  const auto limit = static_cast<size_t>(given.number("limit", 1, kPageMax, 100));
  const std::string from = given.text("cursor", kCursorMax);
  TRY(given.done());
  TRY_ASSIGN(search::Query query, parse_query(asked, behind_.clock->wall()));
  TRY_ASSIGN(const auto cursor, read_cursor(from));
  TRY_ASSIGN(store::Reader reader, open_store(call));
  const RecordPage page = read_page(reader, std::move(query), oldest, limit, cursor);
  TRY(done_reading(call));
  return http::json_response(page_json("records", page, reader, schema::json_line));
}

Outcome Api::list_alerts(const Call& call) {
  http::Parameters given(call.target);
  const std::string asked = given.text("query", search::kQueryBytesMax);
  const auto limit = static_cast<size_t>(given.number("limit", 1, kPageMax, 100));
  const std::string from = given.text("cursor", kCursorMax);
  TRY(given.done());
  TRY_ASSIGN(search::Query query, parse_query(asked, behind_.clock->wall()));
  TRY_ASSIGN(const auto cursor, read_cursor(from));
  narrow(query, of_kind(schema::Kind::kAlert));
  TRY_ASSIGN(store::Reader reader, open_store(call));
  const RecordPage page = read_page(reader, std::move(query), false, limit, cursor);
  TRY(done_reading(call));
  return http::json_response(page_json("alerts", page, reader, alert_line));
}

Outcome Api::get_alert(const Call& call) {
  http::Parameters given(call.target);
  TRY(given.done());
  TRY(check_id(call.captured[0]));
  search::Query query;
  narrow(query, has_text(schema::Field::kId, call.captured[0]));
  narrow(query, of_kind(schema::Kind::kAlert));
  TRY_ASSIGN(store::Reader reader, open_store(call));
  const RecordPage page = read_page(reader, std::move(query), false, 1, std::nullopt);
  TRY(done_reading(call));
  if (page.records.empty()) return http::refused(404, "no alert of this id is kept");
  return http::json_response(alert_line(page.records.front()));
}

Outcome Api::count_records(const Call& call) {
  http::Parameters given(call.target);
  const std::string asked = given.text("query", search::kQueryBytesMax);
  TRY(given.done());
  TRY_ASSIGN(const search::Query query, parse_query(asked, behind_.clock->wall()));
  TRY_ASSIGN(store::Reader reader, open_store(call));
  const uint64_t count = reader.count(query);
  TRY(done_reading(call));
  return http::json_response("{\"count\":" + std::to_string(count) + problems_member(reader) + '}');
}

Outcome Api::top_values(const Call& call) {
  http::Parameters given(call.target);
  const std::string asked = given.text("query", search::kQueryBytesMax);
  const std::string name = given.text("field", 100);
  const auto limit = static_cast<size_t>(given.number("limit", 1, kPageMax, 10));
  given.need("field");
  TRY(given.done());
  const auto field = schema::find_field(name);
  if (!field || *field == schema::Field::kTime)
    return http::wrong("field", "there is no such field to count values of",
                       "GET /api/v1/search/fields lists them; for times there is the histogram.");
  TRY_ASSIGN(const search::Query query, parse_query(asked, behind_.clock->wall()));
  TRY_ASSIGN(store::Reader reader, open_store(call));
  const store::Reader::Top top = reader.top(query, *field, limit);
  TRY(done_reading(call));
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("field", name).key("values").begin_array();
  for (const auto& [value, count] : top.values)
    json.begin_object().member("value", value).member("count", count).end_object();
  json.end_array().member("records", top.records).member("distinct", top.distinct);
  json.member("others", top.others);
  return http::json_response(out + problems_member(reader) + '}');
}

Outcome Api::histogram(const Call& call) {
  http::Parameters given(call.target);
  const std::string asked = given.text("query", search::kQueryBytesMax);
  std::string span = given.text("width", 12);
  TRY(given.done());
  if (span.empty()) span = "1h";
  const auto width = search::parse_span(span);
  if (!width || *width <= 0)
    return http::wrong("width", "it is no span of time", "Write 5m, 1h, 1d.");
  TRY_ASSIGN(const search::Query query, parse_query(asked, behind_.clock->wall()));
  TRY_ASSIGN(store::Reader reader, open_store(call));
  const auto bars = reader.histogram(query, *width);
  TRY(done_reading(call));
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("width_s", static_cast<double>(*width) / kNsPerSecond);
  json.key("bars").begin_array();
  for (const auto& [time, count] : bars)
    json.begin_object().member("time", rfc3339(WallTime{time})).member("count", count).end_object();
  json.end_array();
  return http::json_response(out + problems_member(reader) + '}');
}

Outcome Api::export_records(const Call& call) {
  http::Parameters given(call.target);
  const std::string asked = given.text("query", search::kQueryBytesMax);
  const std::string format = given.word("format", {"native", "ocsf", "ecs", "eve", "cef"});
  TRY(given.done());
  TRY_ASSIGN(const search::Query query, parse_query(asked, behind_.clock->wall()));
  TRY_ASSIGN(store::Reader reader, open_store(call));
  http::Response response;
  response.content_type = format == "cef" ? "text/plain; charset=utf-8" : "application/x-ndjson";
  size_t records = 0;
  bool cut = false;
  reader.select(query, true, [&](const schema::Record& record) {
    cut = records == kExportRecordsMax || response.body.size() > kExportBytesMax;
    if (cut) return false;
    const std::string line = written(record, format);
    if (line.empty()) return true;  // of a kind that this format has no word for
    response.body += line + '\n';
    ++records;
    return true;
  });
  TRY(done_reading(call));
  response.headers.emplace_back("X-Picket-Cut", cut ? "true" : "false");
  response.headers.emplace_back(
      "Content-Disposition",
      "attachment; filename=\"picket-" + format + (format == "cef" ? ".log\"" : ".ndjson\""));
  return response;
}

Outcome Api::list_fields(const Call& call) {
  http::Parameters given(call.target);
  TRY(given.done());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("fields").begin_array();
  for (const schema::FieldInfo& field : schema::fields()) {
    json.begin_object().member("name", field.name).member("type", schema::text(field.type));
    json.key("kinds").begin_array();
    for (size_t kind = 0; kind < schema::kKindCount; ++kind)
      if (schema::has(static_cast<schema::Kind>(kind), field.field))
        json.value(schema::text(static_cast<schema::Kind>(kind)));
    json.end_array();
    if (field.type == schema::Type::kWord) {
      json.key("words").begin_array();
      for (int64_t rank = 0; !schema::word_at(field.field, rank).empty(); ++rank)
        json.value(schema::word_at(field.field, rank));
      json.end_array();
    } else {
      json.member_if("unit", field.unit);
    }
    json.member_if("meaning", field.meaning).end_object();
  }
  json.end_array().end_object();
  return http::json_response(std::move(out));
}

}  // namespace picket::app::web::api
