// SPDX-License-Identifier: Apache-2.0
// Notes on incidents, taking back, and putting incidents together otherwise.
#include <simdjson.h>

#include <algorithm>

#include "app/web/api/api.h"
#include "app/web/http/json_body.h"
#include "app/web/http/parameters.h"
#include "incident/arranged.h"

namespace picket::app::web::api {
namespace {

constexpr size_t kIdBytes = 36;
constexpr size_t kSplitMax = 200;

// The alerts that an incident's page lists.
std::vector<std::string> alerts_of(const http::Response& page) {
  std::vector<std::string> out;
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  simdjson::dom::array events;
  if (parser.parse(page.body).get(document) != simdjson::SUCCESS ||
      document.at_pointer("/incident/events").get(events) != simdjson::SUCCESS)
    return out;
  for (const simdjson::dom::element event : events)
    if (std::string_view id; event["alert"].get(id) == simdjson::SUCCESS) out.emplace_back(id);
  return out;
}

}  // namespace

Outcome Api::changed_page(const Call& call, const std::string& id,
                          const std::function<Result<void>(store::TriageBook&)>& work) const {
  auto book = store::TriageBook::open_to_write(behind_.folder);
  if (!book) return std::unexpected(http::unavailable(book.error()));
  if (const auto done = work(*book); !done)
    return http::refused(409, done.error().message, done.error().next);
  return incident_page(call, id);
}

Outcome Api::add_note(const Call& call) {
  const std::string& id = call.captured[0];
  TRY(check_id(id));
  http::JsonBody body(call.request);
  const auto text = body.text("text", store::TriageBook::kNoteMax);
  body.need("text");
  TRY(body.done());
  if (text->empty()) return http::wrong("text", "it is empty");
  TRY(incident_page(call, id));
  return changed_page(call, id, [&](store::TriageBook& book) {
    return book.add_note(id, {call.session.user, *text, behind_.clock->wall()});
  });
}

Outcome Api::undo(const Call& call) {
  const std::string& id = call.captured[0];
  TRY(check_id(id));
  http::Parameters given(call.target);
  TRY(given.done());
  TRY(incident_page(call, id));
  return changed_page(call, id, [&](store::TriageBook& book) {
    return book.undo(id, {call.session.user, {}, behind_.clock->wall()});
  });
}

Outcome Api::merge(const Call& call) {
  const std::string& id = call.captured[0];
  TRY(check_id(id));
  http::JsonBody body(call.request);
  const auto into = body.text("into", kIdBytes);
  const auto reason = body.text("reason", store::TriageBook::kTextMax);
  body.need("into");
  TRY(body.done());
  if (!check_id(*into)) return http::wrong("into", "it is no UUID");
  TRY(incident_page(call, id));
  TRY(incident_page(call, *into));
  return changed_page(call, *into, [&](store::TriageBook& book) {
    return book.merge(id, *into, {call.session.user, reason.value_or(""), behind_.clock->wall()});
  });
}

Outcome Api::split(const Call& call) {
  const std::string& id = call.captured[0];
  TRY(check_id(id));
  http::JsonBody body(call.request);
  const std::vector<std::string> alerts = body.texts("alerts", kSplitMax, kIdBytes);
  const auto reason = body.text("reason", store::TriageBook::kTextMax);
  body.need("alerts");
  TRY(body.done());
  if (alerts.empty()) return http::wrong("alerts", "it names no alert");
  TRY_ASSIGN(const http::Response page, incident_page(call, id));
  std::vector<std::string> left = alerts_of(page);
  for (const std::string& alert : alerts) {
    if (std::ranges::find(left, alert) == left.end())
      return http::wrong("alerts", "one of it is no alert of this incident, or twice there");
    std::erase(left, alert);
  }
  if (left.empty())
    return http::refused(409, "nothing would be left of this incident", "Leave one event in it.");
  const std::string made = incident::split_id(id, alerts);
  return changed_page(call, made, [&](store::TriageBook& book) {
    return book.split(id, alerts, made,
                      {call.session.user, reason.value_or(""), behind_.clock->wall()});
  });
}

}  // namespace picket::app::web::api
