// SPDX-License-Identifier: Apache-2.0
// What a machine talked to over time.
#include <algorithm>

#include "app/web/api/api.h"
#include "app/web/api/query_parts.h"
#include "app/web/http/parameters.h"
#include "base/json_writer.h"
#include "store/open_at.h"
#include "store/reader.h"

namespace picket::app::web::api {
namespace {

constexpr int64_t kHourNs = int64_t{3'600} * 1'000'000'000, kDayNs = 24 * kHourNs;
constexpr int64_t kTalkersMax = 1000, kSeriesMax = 100, kOpenMax = 10'000;

// By what connections are counted: the parameter `by`, the first of which is the default.
schema::Field read_by(http::Parameters& given, bool remote_first) {
  const auto name = remote_first
                        ? given.word("by", {"remote.ip", "process.name", "process.executable",
                                            "remote.name", "remote.port", "user"})
                        : given.word("by", {"process.name", "process.executable", "remote.ip",
                                            "remote.name", "remote.port", "user"});
  return *schema::find_field(name);
}

struct Span {
  WallTime since;
  std::optional<WallTime> until;
};

Span read_span(http::Parameters& given, WallTime now, int64_t usual_ns) {
  const auto since = given.time("since");
  return {since.value_or(WallTime{now.ns - usual_ns}), given.time("until")};
}

search::Query flows_in(search::Query&& query, const Span& span) {
  narrow(query, of_kind(schema::Kind::kFlow));
  narrow(query, in_time(span.since, span.until));
  return std::move(query);
}

void append_sums(JsonWriter& json, const store::Reader::Talk& talk) {
  json.member("connections", talk.connections);
  json.member("bytes_in", talk.bytes_in).member("bytes_out", talk.bytes_out);
}

using Row = std::pair<std::string, store::Reader::Talk>;

void append_rows(JsonWriter& json, const std::vector<Row>& rows, size_t limit) {
  json.begin_array();
  for (size_t i = 0; i < std::min(rows.size(), limit); ++i) {
    const auto& [value, talk] = rows[i];
    json.begin_object().member("value", value);
    append_sums(json, talk);
    json.member("first", rfc3339(talk.first)).member("last", rfc3339(talk.last)).end_object();
  }
  json.end_array();
}

void append_points(JsonWriter& json, const std::map<int64_t, store::Reader::Talk>& points) {
  json.begin_array();
  for (const auto& [time, talk] : points) {
    json.begin_object().member("time", rfc3339(WallTime{time}));
    append_sums(json, talk);
    json.end_object();
  }
  json.end_array();
}

// All spans of each value together, who talked most first.
std::vector<Row> by_bytes(const store::Reader::TalkBy& talks) {
  std::map<std::string, store::Reader::Talk> sums;
  for (const auto& [key, talk] : talks) sums[key.first].add(talk);
  std::vector<Row> rows(sums.begin(), sums.end());
  std::ranges::stable_sort(rows, [](const Row& a, const Row& b) {
    const uint64_t bytes_a = a.second.bytes_in + a.second.bytes_out,
                   bytes_b = b.second.bytes_in + b.second.bytes_out;
    return bytes_a != bytes_b ? bytes_a > bytes_b : a.second.connections > b.second.connections;
  });
  return rows;
}

}  // namespace

Outcome Api::top_talkers(const Call& call) {
  http::Parameters given(call.target);
  const schema::Field by = read_by(given, false);
  const Span span = read_span(given, behind_.clock->wall(), 7 * kDayNs);
  const std::string asked = given.text("query", search::kQueryBytesMax);
  const auto limit = static_cast<size_t>(given.number("limit", 1, kTalkersMax, 50));
  TRY(given.done());
  TRY_ASSIGN(search::Query query, parse_query(asked, behind_.clock->wall()));
  TRY_ASSIGN(store::Reader reader, open_store(call));
  const auto rows = by_bytes(reader.talk(flows_in(std::move(query), span), by, 0));
  TRY(done_reading(call));
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("by", schema::info(by).name).key("rows");
  append_rows(json, rows, limit);
  json.member("distinct", rows.size());
  return http::json_response(out + problems_member(reader) + '}');
}

Outcome Api::talk_series(const Call& call) {
  http::Parameters given(call.target);
  const schema::Field by = read_by(given, false);
  const int64_t width = given.word("width", {"1d", "1h"}) == "1h" ? kHourNs : kDayNs;
  const Span span = read_span(given, behind_.clock->wall(), 7 * kDayNs);
  const std::string asked = given.text("query", search::kQueryBytesMax);
  const auto limit = static_cast<size_t>(given.number("limit", 1, kSeriesMax, 10));
  TRY(given.done());
  TRY_ASSIGN(search::Query query, parse_query(asked, behind_.clock->wall()));
  TRY_ASSIGN(store::Reader reader, open_store(call));
  const auto talks = reader.talk(flows_in(std::move(query), span), by, width);
  TRY(done_reading(call));
  std::vector<Row> rows = by_bytes(talks);
  if (rows.size() > limit) rows.resize(limit);
  std::map<std::string, std::map<int64_t, store::Reader::Talk>> points;
  std::map<int64_t, store::Reader::Talk> total;
  for (const auto& [key, talk] : talks) {
    total[key.second].add(talk);
    points[key.first][key.second].add(talk);
  }
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("by", schema::info(by).name);
  json.member("width_s", width / 1'000'000'000).key("rows").begin_array();
  for (const Row& row : rows) {
    json.begin_object().member("value", row.first).key("points");
    append_points(json, points[row.first]);
    json.end_object();
  }
  json.end_array().key("total");
  append_points(json, total);
  return http::json_response(out + problems_member(reader) + '}');
}

Outcome Api::new_destinations(const Call& call) {
  http::Parameters given(call.target);
  const schema::Field by = read_by(given, true);
  const Span span = read_span(given, behind_.clock->wall(), kDayNs);
  const auto seldom = static_cast<uint64_t>(given.number("seldom", 1, 1000, 3));
  const auto limit = static_cast<size_t>(given.number("limit", 1, kTalkersMax, 100));
  TRY(given.done());
  search::Query query;
  narrow(query, of_kind(schema::Kind::kFlow));
  if (span.until) narrow(query, in_time(std::nullopt, span.until));
  TRY_ASSIGN(store::Reader reader, open_store(call));
  std::vector<Row> fresh, rare;
  for (auto& [key, talk] : reader.talk(query, by, 0)) {
    if (talk.last < span.since) continue;
    if (talk.first >= span.since) fresh.emplace_back(key.first, talk);
    if (talk.connections <= seldom) rare.emplace_back(key.first, talk);
  }
  TRY(done_reading(call));
  const auto latest_first = [](std::vector<Row>& rows) {
    std::ranges::stable_sort(rows, std::ranges::greater(),
                             [](const Row& row) { return row.second.last; });
  };
  latest_first(fresh);
  latest_first(rare);
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("by", schema::info(by).name).key("new");
  append_rows(json, fresh, limit);
  json.key("seldom");
  append_rows(json, rare, limit);
  return http::json_response(out + problems_member(reader) + '}');
}

Outcome Api::moment(const Call& call) {
  http::Parameters given(call.target);
  const auto at = given.time("at");
  const auto limit = static_cast<size_t>(given.number("limit", 1, kOpenMax, 1000));
  given.need("at");
  TRY(given.done());
  TRY_ASSIGN(store::Reader reader, open_store(call));
  const std::vector<schema::Record> open = store::open_at(reader, *at);
  TRY(done_reading(call));
  std::string out = "{\"at\":\"" + rfc3339(*at) + "\",\"flows\":[";
  for (size_t i = 0; i < std::min(limit, open.size()); ++i)
    out.append(i > 0 ? "," : "").append(schema::json_line(open[i]));
  out += "],\"total\":" + std::to_string(open.size());
  return http::json_response(out + problems_member(reader) + '}');
}

}  // namespace picket::app::web::api
