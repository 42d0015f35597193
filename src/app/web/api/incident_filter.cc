// SPDX-License-Identifier: Apache-2.0
#include "app/web/api/incident_filter.h"
#include "base/ascii.h"

#include <simdjson.h>

#include <algorithm>

namespace picket::app::web::api {
namespace {

namespace dom = simdjson::dom;

constexpr size_t kWordsMax = 200, kTextMax = 1024;
constexpr std::string_view kPriorities[] = {"low", "medium", "high"};

// Which of the text members a person sees in a list the words may stand in.
constexpr const char* kTextLists[] = {"hosts", "processes", "users", "peers", "files"};

bool has(dom::element element, const std::string& wanted) {
  std::string_view text;
  return element.get(text) == simdjson::SUCCESS && ascii_lowered(text).find(wanted) != text.npos;
}

bool mentions(const std::string& json, const std::string& wanted) {
  dom::parser parser;
  dom::element document;
  if (parser.parse(json).get(document) != simdjson::SUCCESS) return false;
  if (dom::element title; document["title"].get(title) == simdjson::SUCCESS && has(title, wanted))
    return true;
  for (const char* name : kTextLists) {
    dom::array list;
    if (document[name].get(list) != simdjson::SUCCESS) continue;
    for (const dom::element one : list)
      if (has(one, wanted)) return true;
  }
  dom::array events;
  if (document["events"].get(events) == simdjson::SUCCESS)
    for (const dom::element event : events)
      for (const char* place : {"/rule/id", "/rule/name"})
        if (dom::element text;
            event.at_pointer(place).get(text) == simdjson::SUCCESS && has(text, wanted))
          return true;
  return false;
}

http::Checked<std::vector<std::string>> words_of(const std::string& name, std::string_view given,
                                                 std::span<const std::string_view> known) {
  std::vector<std::string> out;
  while (!given.empty()) {
    const size_t end = std::min(given.find(','), given.size());
    const std::string_view word = given.substr(0, end);
    if (std::ranges::find(known, word) == known.end()) {
      std::string all;
      for (const std::string_view one : known) all += (all.empty() ? "" : ", ") + std::string(one);
      return http::wrong(name, "one of it is no such word", "There are " + all + ".");
    }
    out.emplace_back(word);
    given.remove_prefix(std::min(end + 1, given.size()));
  }
  return out;
}

bool one_of(const std::vector<std::string>& words, std::string_view word) {
  return words.empty() || std::ranges::find(words, word) != words.end();
}

http::Checked<IncidentFilter> checked(IncidentFilter&& filter, const std::string& status,
                                      const std::string& priority, const std::string& verdict) {
  TRY_ASSIGN(filter.statuses, words_of("status", status, store::kStates));
  TRY_ASSIGN(filter.priorities, words_of("priority", priority, kPriorities));
  TRY_ASSIGN(filter.verdicts, words_of("verdict", verdict, store::kResolutions));
  filter.text = ascii_lowered(filter.text);
  return std::move(filter);
}

}  // namespace

std::string_view priority_word(const store::KeptIncident& incident) {
  return kPriorities[std::clamp<int64_t>(incident.priority, 0, 2)];
}

bool IncidentFilter::takes(const store::KeptIncident& incident, const store::Triage& triage) const {
  if (!one_of(statuses, triage.state) || !one_of(verdicts, triage.resolution) ||
      !one_of(priorities, priority_word(incident)))
    return false;
  if (!assignee.empty() && assignee != triage.assignee) return false;
  if ((since && incident.until < *since) || (until && incident.from >= *until)) return false;
  return text.empty() || mentions(incident.json, text);
}

http::Checked<IncidentFilter> read_incident_filter(http::Parameters& given) {
  IncidentFilter filter;
  const std::string status = given.text("status", kWordsMax);
  const std::string priority = given.text("priority", kWordsMax);
  const std::string verdict = given.text("verdict", kWordsMax);
  filter.assignee = given.text("assignee", store::TriageBook::kTextMax);
  filter.text = given.text("text", kTextMax);
  filter.since = given.time("since");
  filter.until = given.time("until");
  return checked(std::move(filter), status, priority, verdict);
}

http::Checked<IncidentFilter> read_incident_filter(http::JsonBody& body) {
  IncidentFilter filter;
  const auto text = [&](const char* name, size_t most) {
    return body.text(name, most).value_or(std::string());
  };
  const std::string status = text("status", kWordsMax), priority = text("priority", kWordsMax),
                    verdict = text("verdict", kWordsMax);
  filter.assignee = text("assignee", store::TriageBook::kTextMax);
  filter.text = text("text", kTextMax);
  for (auto [name, time] : {std::pair("since", &filter.since), std::pair("until", &filter.until)}) {
    const auto given = body.text(name, 40);
    if (!given) continue;
    *time = parse_rfc3339(*given);
    if (!*time) return http::wrong(name, "it is no time", "Write it in UTC: 2026-01-02T03:04:05Z");
  }
  return checked(std::move(filter), status, priority, verdict);
}

}  // namespace picket::app::web::api
