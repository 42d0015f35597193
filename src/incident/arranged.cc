// SPDX-License-Identifier: Apache-2.0
#include "incident/arranged.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "search/sql.h"

namespace picket::incident {
namespace {

using Json = nlohmann::json;

// Lists of names that an incident is about: by first appearance, each once.
constexpr const char* kLists[] = {"hosts", "processes",  "users",       "peers",  "files",
                                  "odd",   "techniques", "recommended", "tactics"};
constexpr const char* kPriorityWords[] = {"low", "medium", "high"};

Json parsed(const store::KeptIncident& incident) {
  Json json = Json::parse(incident.json, nullptr, false);
  return json.is_object() ? json : Json::object();
}

void unite(Json& into, const Json& from, const char* name) {
  if (!from.contains(name) || !from[name].is_array()) return;
  Json& list = into[name];
  if (!list.is_array()) list = Json::array();
  for (const Json& one : from[name])
    if (std::find(list.begin(), list.end(), one) == list.end()) list.push_back(one);
}

uint64_t number(const Json& json, const char* name, uint64_t otherwise) {
  const auto at = json.find(name);
  return at != json.end() && at->is_number_unsigned() ? at->get<uint64_t>() : otherwise;
}

std::string word(const Json& json, const char* name) {
  const auto at = json.find(name);
  return at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
}

const Json& events_of(Json& json) {
  if (!json["events"].is_array()) json["events"] = Json::array();
  return json["events"];
}

void take_in(store::KeptIncident& into, const store::KeptIncident& from) {
  Json whole = parsed(into), part = parsed(from);
  for (const char* name : kLists) unite(whole, part, name);
  events_of(whole);
  for (const Json& event : events_of(part)) whole["events"].push_back(event);
  std::ranges::stable_sort(whole["events"].get_ref<Json::array_t&>(), {},
                           [](const Json& one) { return word(one, "time"); });
  whole["alerts"] = number(whole, "alerts", 0) + number(part, "alerts", 0);
  const uint64_t left_out =
      number(whole, "events_left_out", 0) + number(part, "events_left_out", 0);
  if (left_out > 0) whole["events_left_out"] = left_out;
  into.from = std::min(into.from, from.from);
  into.until = std::max(into.until, from.until);
  into.priority = std::max(into.priority, from.priority);
  whole["from"] = rfc3339(into.from);
  whole["until"] = rfc3339(into.until);
  whole["priority"] = kPriorityWords[std::clamp<int64_t>(into.priority, 0, 2)];
  whole["merged"].push_back(from.id);
  into.json = whole.dump(-1, ' ', false, Json::error_handler_t::replace);
}

int64_t priority_by_severity(const Json& events) {
  int64_t best = 0;
  for (const Json& event : events) {
    const std::string severity = word(event, "severity");
    if (severity == "medium") best = std::max<int64_t>(best, 1);
    if (severity == "high" || severity == "critical") best = 2;
  }
  return best;
}

// The incident with those events only for which `keep` is true; what its lists name of the others
// stays where no event says whose it is.
store::KeptIncident only(const store::KeptIncident& incident, const std::string& id,
                         const std::function<bool(const std::string&)>& keep) {
  store::KeptIncident out = incident;
  Json json = parsed(incident);
  Json events = Json::array();
  uint64_t alerts = 0;
  for (const Json& event : events_of(json))
    if (keep(word(event, "alert"))) {
      alerts += number(event, "count", 1);
      events.push_back(event);
    }
  json["events"] = events;
  json["alerts"] = alerts;
  for (const auto& [list, member] : {std::pair("hosts", "host"), std::pair("processes", "process"),
                                     std::pair("peers", "peer")}) {
    Json names = Json::array();
    for (const Json& event : events)
      if (const std::string name = word(event, member);
          !name.empty() && std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(name);
    json[list] = names;
  }
  if (!events.empty()) {
    const auto at = [](const Json& event, const char* name, WallTime otherwise) {
      return parse_rfc3339(word(event, name)).value_or(otherwise);
    };
    out.from = at(events.front(), "time", incident.from);
    out.until = out.from;
    for (const Json& event : events)
      out.until =
          std::max({out.until, at(event, "time", out.until), at(event, "last_time", out.until)});
    out.priority = std::min(incident.priority, priority_by_severity(events));
    json["from"] = rfc3339(out.from);
    json["until"] = rfc3339(out.until);
    json["priority"] = kPriorityWords[std::clamp<int64_t>(out.priority, 0, 2)];
  }
  if (id != incident.id && !events.empty() && events.front().contains("rule"))
    json["title"] = word(events.front()["rule"], "name") + ": split off " + word(json, "title");
  json["id"] = out.id = id;
  out.json = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return out;
}

void split_off(std::vector<store::KeptIncident>& all, const store::Arrangement& arrangement) {
  const size_t count = all.size();
  for (size_t i = 0; i < count; ++i) {
    const auto split = arrangement.split.find(all[i].id);
    if (split == arrangement.split.end()) continue;
    const auto& made_of = split->second;
    std::vector<std::string> made;
    for (const auto& [alert, id] : made_of)
      if (std::ranges::find(made, id) == made.end()) made.push_back(id);
    const store::KeptIncident whole = all[i];
    for (const std::string& id : made)
      all.push_back(only(whole, id, [&](const std::string& alert) {
        const auto at = made_of.find(alert);
        return at != made_of.end() && at->second == id;
      }));
    all[i] =
        only(whole, whole.id, [&](const std::string& alert) { return !made_of.contains(alert); });
  }
}

}  // namespace

std::vector<store::KeptIncident> arranged(std::vector<store::KeptIncident> incidents,
                                          const store::Arrangement& arrangement) {
  split_off(incidents, arrangement);
  std::map<std::string, size_t> places;
  for (size_t i = 0; i < incidents.size(); ++i) places[incidents[i].id] = i;
  for (const auto& [id, part_of] : arrangement.merged) {
    std::string root = part_of;
    for (size_t steps = 0; steps < arrangement.merged.size(); ++steps)
      if (const auto on = arrangement.merged.find(root); on != arrangement.merged.end())
        root = on->second;
    const auto from = places.find(id), into = places.find(root);
    // What it was made part of may be too old to be kept: then it stands by itself again.
    if (from == places.end() || into == places.end() || root == id) continue;
    take_in(incidents[into->second], incidents[from->second]);
    incidents[from->second].merged_into = root;
  }
  std::erase_if(incidents, [](const auto& one) { return !one.merged_into.empty(); });
  std::ranges::stable_sort(incidents, std::ranges::greater(), &store::KeptIncident::until);
  return incidents;
}

std::string split_id(const std::string& incident, const std::vector<std::string>& alerts) {
  std::string all = incident;
  for (const std::string& alert : alerts) all += ' ' + alert;
  // UUID version 8 (RFC 9562): two hashes of what it is made of.
  const auto high = static_cast<uint64_t>(search::text_hash(all));
  const auto low = static_cast<uint64_t>(search::text_hash(all + " split"));
  char text[37];
  std::snprintf(text, sizeof text, "%08x-%04x-8%03x-8%03x-%012llx",
                static_cast<unsigned>(high >> 32), static_cast<unsigned>(high >> 16 & 0xffff),
                static_cast<unsigned>(high & 0xfff), static_cast<unsigned>(low >> 52),
                static_cast<unsigned long long>(low & 0xffffffffffffull));
  return text;
}

}  // namespace picket::incident
