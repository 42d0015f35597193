// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "app/web/api/api.h"
#include "app/web/api/incident_filter.h"
#include "base/json_writer.h"
#include "incident/arranged.h"
#include "store/reader.h"

namespace picket::app::web::api {
namespace {

constexpr int64_t kIncidentsMax = 1000;

struct Shown {
  store::KeptIncident incident;
  store::Triage triage;
};

http::Checked<std::vector<Shown>> read_incidents(store::Reader& reader, const std::string& folder) {
  const auto book = store::TriageBook::open_to_read(folder);
  if (!book) return std::unexpected(http::unavailable(book.error()));
  auto triage = book->all();
  if (!triage) return std::unexpected(http::unavailable(triage.error()));
  const auto arrangement = book->arrangement();
  if (!arrangement) return std::unexpected(http::unavailable(arrangement.error()));
  std::vector<Shown> out;
  for (store::KeptIncident& incident : incident::arranged(reader.incidents(), *arrangement)) {
    const auto known = triage->find(incident.id);
    out.push_back({std::move(incident), known == triage->end() ? store::Triage() : known->second});
  }
  return out;
}

std::string incident_json(const Shown& shown) {
  const std::string& kept = shown.incident.json;
  if (!kept.ends_with('}')) return "{}";
  std::string out = kept.substr(0, kept.size() - 1) + ",\"triage\":";
  JsonWriter json(out);
  append_json(json, shown.triage);
  return out + '}';
}

void put_in_order(std::vector<Shown>& all, std::string_view order) {
  const auto before = [order](const Shown& a, const Shown& b) {
    if (order == "oldest") return a.incident.from < b.incident.from;
    if (order == "priority" && a.incident.priority != b.incident.priority)
      return a.incident.priority > b.incident.priority;
    return a.incident.until > b.incident.until;
  };
  std::ranges::stable_sort(all, before);
}

// The words that `of` gives and how many incidents have each.
void append_counts(JsonWriter& json, std::string_view name, const std::vector<Shown>& all,
                   const std::function<std::string_view(const Shown&)>& of) {
  std::map<std::string_view, uint64_t> counts;
  for (const Shown& shown : all)
    if (const std::string_view word = of(shown); !word.empty()) ++counts[word];
  json.key(name).begin_object();
  for (const auto& [word, count] : counts) json.member(word, count);
  json.end_object();
}

// As the console calls what the book calls state and resolution.
std::string_view changed_word(std::string_view what) {
  if (what == "state") return "status";
  return what == "resolution" ? "verdict" : what;
}

// What people did about it: the members after the incident.
Result<void> append_history(const std::string& folder, const std::string& id, std::string& out) {
  TRY_ASSIGN(const store::TriageBook book, store::TriageBook::open_to_read(folder));
  TRY_ASSIGN(const auto changes, book.changes(id));
  TRY_ASSIGN(const auto notes, book.notes(id));
  TRY_ASSIGN(const int64_t undoable, book.undoable(id));
  out += ",\"changes\":";
  JsonWriter json(out);
  json.begin_array();
  for (const store::TriageChange& change : changes) {
    json.begin_object().member("time", rfc3339(change.at)).member("by", change.by);
    json.member("what", changed_word(change.what)).member("before", change.before);
    json.member("after", change.after).end_object();
  }
  json.end_array().key("notes").begin_array();
  for (const store::Note& note : notes) {
    json.begin_object().member("time", rfc3339(note.at)).member("by", note.by);
    json.member("text", note.text).end_object();
  }
  json.end_array().member("can_undo", undoable != 0);
  return {};
}

http::Checked<TriageChange> read_change(http::JsonBody& body) {
  TriageChange change;
  for (auto [name, member] :
       {std::pair("status", &change.status), std::pair("verdict", &change.verdict),
        std::pair("reason", &change.reason), std::pair("assignee", &change.assignee)})
    *member = body.text(name, store::TriageBook::kTextMax);
  if (change.status || change.verdict || change.reason || change.assignee) return change;
  TRY(body.done());  // one of them may be there and wrong
  return http::wrong("", "nothing is to be changed", "Give status, verdict, reason or assignee.");
}

}  // namespace

http::Checked<void> check_id(const std::string& id) {
  constexpr size_t kDashes[] = {8, 13, 18, 23};
  bool good = id.size() == 36;
  for (size_t i = 0; good && i < id.size(); ++i)
    good = std::ranges::find(kDashes, i) != std::end(kDashes)
               ? id[i] == '-'
               : std::isxdigit(static_cast<unsigned char>(id[i])) != 0;
  if (good) return {};
  return http::wrong("id", "it is no UUID");
}

Outcome Api::list_incidents(const Call& call) {
  http::Parameters given(call.target);
  const auto filter = read_incident_filter(given);
  const std::string order = given.word("order", {"latest", "priority", "oldest"});
  const auto limit = static_cast<size_t>(given.number("limit", 1, kIncidentsMax, 100));
  const auto from = static_cast<size_t>(given.number("cursor", 0, INT32_MAX, 0));
  TRY(given.done());
  if (!filter) return std::unexpected(filter.error());
  TRY_ASSIGN(store::Reader reader, open_store(call));
  TRY_ASSIGN(std::vector<Shown> all, read_incidents(reader, behind_.folder));
  TRY(done_reading(call));
  std::string counts;
  JsonWriter json(counts);
  json.begin_object();
  append_counts(json, "by_status", all,
                [](const Shown& one) -> std::string_view { return one.triage.state; });
  append_counts(json, "by_priority", all, [](const Shown& one) {
    return one.triage.state == "closed" ? std::string_view() : priority_word(one.incident);
  });
  std::erase_if(all, [&](const Shown& one) { return !filter->takes(one.incident, one.triage); });
  put_in_order(all, order);
  json.member("total", all.size());
  if (from + limit < all.size()) json.member("next_cursor", std::to_string(from + limit));
  counts += ",\"incidents\":[";
  for (size_t i = from; i < std::min(all.size(), from + limit); ++i)
    counts.append(i > from ? "," : "").append(incident_json(all[i]));
  return http::json_response(counts + ']' + problems_member(reader) + '}');
}

Outcome Api::incident_page(const Call& call, const std::string& id) const {
  TRY_ASSIGN(store::Reader reader, open_store(call));
  TRY_ASSIGN(const std::vector<Shown> all, read_incidents(reader, behind_.folder));
  TRY(done_reading(call));
  const auto at = std::ranges::find(all, id, [](const Shown& one) { return one.incident.id; });
  if (at == all.end()) return http::refused(404, "there is no such incident");
  std::string out = "{\"incident\":" + incident_json(*at);
  if (const auto told = append_history(behind_.folder, id, out); !told)
    return std::unexpected(http::unavailable(told.error()));
  return http::json_response(out + '}');
}

Outcome Api::get_incident(const Call& call) {
  http::Parameters given(call.target);
  TRY(given.done());
  TRY(check_id(call.captured[0]));
  return incident_page(call, call.captured[0]);
}

Outcome Api::triage(const Call& call) {
  const std::string& id = call.captured[0];
  TRY(check_id(id));
  http::JsonBody body(call.request);
  TRY_ASSIGN(const TriageChange change, read_change(body));
  TRY(body.done());
  TRY(incident_page(call, id));
  TRY(decide(call, {&id, 1}, change));
  return incident_page(call, id);
}

http::Checked<void> Api::decide(const Call& call, std::span<const std::string> ids,
                                const TriageChange& change) const {
  auto book = store::TriageBook::open_to_write(behind_.folder);
  if (!book) return std::unexpected(http::unavailable(book.error()));
  auto known = book->all();
  if (!known) return std::unexpected(http::unavailable(known.error()));
  std::vector<std::pair<std::string, store::Triage>> decisions;
  for (const std::string& id : ids) {
    store::Triage triage = (*known)[id];
    triage.state = change.status.value_or(triage.state);
    triage.resolution = change.verdict.value_or(triage.resolution);
    triage.reason = change.reason.value_or(triage.reason);
    triage.assignee = change.assignee.value_or(triage.assignee);
    triage.by = call.session.user;
    triage.at = behind_.clock->wall();
    if (const auto good = store::check(triage); !good)
      return http::wrong(triage.reason.empty() ? "reason" : "status", good.error().message,
                         good.error().next);
    decisions.emplace_back(id, std::move(triage));
  }
  if (auto done = book->decide(decisions); !done)
    return std::unexpected(http::unavailable(done.error()));
  return {};
}

Outcome Api::triage_many(const Call& call) {
  http::JsonBody body(call.request);
  std::vector<std::string> ids = body.texts("ids", kBulkMax, 36);
  const auto expected = body.number("expected", 0, INT32_MAX);
  std::optional<IncidentFilter> filter;
  if (body.enter("match")) {
    TRY_ASSIGN(filter, read_incident_filter(body));
    body.leave();
  }
  body.need("change");
  TriageChange change;
  if (body.enter("change")) {
    TRY_ASSIGN(change, read_change(body));
    body.leave();
  }
  TRY(body.done());
  if (ids.empty() == !filter)
    return http::wrong("ids", "either ids or match says which incidents are meant");
  TRY_ASSIGN(store::Reader reader, open_store(call));
  TRY_ASSIGN(const std::vector<Shown> all, read_incidents(reader, behind_.folder));
  TRY(done_reading(call));
  std::vector<std::string> meant;
  for (const Shown& one : all)
    if (filter ? filter->takes(one.incident, one.triage)
               : std::ranges::find(ids, one.incident.id) != ids.end())
      meant.push_back(one.incident.id);
  if (expected && static_cast<size_t>(*expected) != meant.size())
    return http::refused(409, "by now these are " + std::to_string(meant.size()) + " incidents",
                         "Look again, then decide again.");
  TRY(decide(call, meant, change));
  return http::json_response("{\"changed\":" + std::to_string(meant.size()) + '}');
}

}  // namespace picket::app::web::api
