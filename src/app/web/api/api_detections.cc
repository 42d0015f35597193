// SPDX-License-Identifier: Apache-2.0
#include <simdjson.h>

#include <algorithm>

#include "app/exceptions/exception_book.h"
#include "app/web/api/api.h"
#include "app/web/api/query_parts.h"
#include "app/web/http/parameters.h"
#include "base/ascii.h"
#include "base/json_writer.h"
#include "store/reader.h"

namespace picket::app::web::api {
namespace {

constexpr int64_t kWeekNs = int64_t{7} * 86'400 * 1'000'000'000;
constexpr int64_t kRulesMax = 10'000;

struct Listed {
  KnownRule rule;
  bool loaded = false;
  uint64_t hits = 0, false_positives = 0, exceptions = 0;
  WallTime last_hit;
};
using ById = std::map<std::string, Listed>;

// Rules that only alerts tell of: those of files that were analyzed, of lists that are gone.
void add_hits(store::Reader& reader, const search::Query& alerts, ById& out) {
  for (const auto& [key, talk] : reader.talk(alerts, schema::Field::kRuleId, 0)) {
    Listed& listed = out[key.first];
    listed.rule.id = key.first;
    listed.last_hit = talk.last;
  }
  for (const auto& [id, count] : reader.top(alerts, schema::Field::kRuleId, SIZE_MAX).values)
    out[id].hits = count;
}

void describe_unknown(store::Reader& reader, Listed& listed) {
  search::Query query;
  narrow(query, has_text(schema::Field::kRuleId, listed.rule.id));
  narrow(query, of_kind(schema::Kind::kAlert));
  reader.select(query, false, [&](const schema::Record& record) {
    const auto word = [&](schema::Field field) {
      return std::string(schema::word_at(field, record.number_of(field)));
    };
    listed.rule.name = record.text_of(schema::Field::kRuleName);
    listed.rule.detector = word(schema::Field::kDetector);
    listed.rule.severity = word(schema::Field::kSeverity);
    listed.rule.place = record.text_of(schema::Field::kRulePlace);
    return false;
  });
}

Result<void> add_decisions(store::Reader& reader, const std::string& folder, ById& out) {
  TRY_ASSIGN(const auto made, exceptions::ExceptionBook(folder).all());
  for (const exceptions::Exception& one : made)
    if (const auto at = out.find(one.rule); at != out.end()) ++at->second.exceptions;
  TRY_ASSIGN(const store::TriageBook book, store::TriageBook::open_to_read(folder));
  TRY_ASSIGN(const auto triage, book.all());
  simdjson::dom::parser parser;
  for (const store::KeptIncident& incident : reader.incidents()) {
    const auto decided = triage.find(incident.id);
    if (decided == triage.end() || decided->second.resolution != "false_positive") continue;
    simdjson::dom::element document;
    simdjson::dom::array events;
    if (parser.parse(incident.json).get(document) != simdjson::SUCCESS ||
        document["events"].get(events) != simdjson::SUCCESS)
      continue;
    for (const simdjson::dom::element event : events)
      if (std::string_view id; event.at_pointer("/rule/id").get(id) == simdjson::SUCCESS)
        if (const auto at = out.find(std::string(id)); at != out.end())
          ++at->second.false_positives;
  }
  return {};
}

void append_listed(JsonWriter& json, const Listed& listed) {
  const KnownRule& rule = listed.rule;
  json.begin_object().member("id", rule.id).member("name", rule.name);
  json.member("detector", rule.detector);
  json.member("state", listed.loaded ? "loaded" : "not_loaded");
  json.member_if("severity", rule.severity).member_if("place", rule.place);
  json.key("attack").begin_array();
  for (const std::string& one : rule.attack) json.value(one);
  json.end_array().member("hits", listed.hits);
  if (listed.hits > 0) json.member("last_hit", rfc3339(listed.last_hit));
  json.member("false_positives", listed.false_positives);
  json.member("exceptions", listed.exceptions).end_object();
}

bool has(const std::string& text, const std::string& wanted) {
  return ascii_lowered(text).find(wanted) != std::string::npos;
}

}  // namespace

Outcome Api::list_detections(const Call& call) {
  http::Parameters given(call.target);
  const std::string detector =
      given.word("detector", {"", "sigma", "behavior", "indicator", "signature"});
  const std::string text = ascii_lowered(given.text("text", 1024));
  const auto since = given.time("since");
  const bool by_name = given.word("order", {"hits", "name"}) == "name";
  const auto limit = static_cast<size_t>(given.number("limit", 1, kRulesMax, 500));
  TRY(given.done());
  TRY_ASSIGN(store::Reader reader, open_store(call));
  search::Query alerts;
  narrow(alerts, of_kind(schema::Kind::kAlert));
  narrow(alerts,
         in_time(since.value_or(WallTime{behind_.clock->wall().ns - kWeekNs}), std::nullopt));
  ById all;
  for (const KnownRule& rule : behind_.rules) all[rule.id] = {rule, true, 0, 0, 0, {}};
  add_hits(reader, alerts, all);
  for (auto& [id, listed] : all)
    if (!listed.loaded) describe_unknown(reader, listed);
  if (const auto added = add_decisions(reader, behind_.folder, all); !added)
    return std::unexpected(http::unavailable(added.error()));
  TRY(done_reading(call));
  std::vector<const Listed*> shown;
  for (const auto& [id, listed] : all)
    if ((detector.empty() || detector == listed.rule.detector) &&
        (text.empty() || has(id, text) || has(listed.rule.name, text)))
      shown.push_back(&listed);
  std::ranges::stable_sort(shown, [&](const Listed* a, const Listed* b) {
    if (!by_name && a->hits != b->hits) return a->hits > b->hits;
    return a->rule.name < b->rule.name;
  });
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("total", shown.size()).key("detections").begin_array();
  for (size_t i = 0; i < std::min(limit, shown.size()); ++i) append_listed(json, *shown[i]);
  json.end_array();
  return http::json_response(out + problems_member(reader) + '}');
}

}  // namespace picket::app::web::api
