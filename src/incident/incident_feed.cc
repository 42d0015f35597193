// SPDX-License-Identifier: Apache-2.0
#include "incident/incident_feed.h"

#include <unordered_set>

#include "store/alert_of.h"

namespace picket::incident {
namespace {

search::Query since(schema::Kind kind, WallTime from, WallTime now) {
  // Text of this file only: it is always understood.
  auto query = search::parse_query(
      "kind:" + std::string(schema::text(kind)) + " time:>=" + rfc3339(from), now);
  return query ? std::move(*query) : search::Query{std::make_unique<search::Node>()};
}

uint64_t hash_of(const std::string& text) { return std::hash<std::string>()(text); }

}  // namespace

store::KeptIncident kept(const Incident& incident, WallTime now) {
  store::KeptIncident out;
  out.id = incident.id;
  out.updated = now;
  out.from = incident.from;
  out.until = incident.until;
  out.priority = static_cast<int64_t>(incident.priority);
  JsonWriter json(out.json);
  append_json(json, incident);
  return out;
}

void IncidentFeed::remember(store::Reader& reader, WallTime now) {
  const WallTime from{now.ns - kRememberedNs};
  size_t left = kRememberedProcessesMax;
  reader.select(since(schema::Kind::kProcess, from, now), false, [&](const schema::Record& record) {
    lineage_.learn(record.text_of(schema::Field::kHost), store::actor_of(record));
    return --left > 0;
  });
  // The latest that many, then in order of time.
  std::vector<event::Alert> alerts;
  reader.select(since(schema::Kind::kAlert, from, now), false, [&](const schema::Record& record) {
    alerts.push_back(store::alert_of(record));
    return alerts.size() < kRememberedAlertsMax;
  });
  for (auto alert = alerts.rbegin(); alert != alerts.rend(); ++alert) set_.add(*alert);
  for (const store::KeptIncident& one : reader.incidents())
    if (one.until >= from) known_[one.id] = hash_of(one.json);
  dirty_ = false;
  // What is the same as before is not told again.
  for (const Incident& one : set_.incidents())
    if (!known_.contains(one.id)) dirty_ = true;
}

void IncidentFeed::alert_kept(const event::Alert& alert) {
  set_.add(alert);
  dirty_ = true;
}

void IncidentFeed::activity_kept(const event::Activity& activity) {
  if (std::holds_alternative<event::ProcessStarted>(activity.what))
    lineage_.learn(activity.host, activity.actor);
}

std::vector<store::KeptIncident> IncidentFeed::changed(WallTime now) {
  std::vector<store::KeptIncident> out;
  if (!dirty_) return out;
  dirty_ = false;
  for (const Incident& one : set_.incidents()) {
    store::KeptIncident incident = kept(one, now);
    const uint64_t hash = hash_of(incident.json);
    const auto [known, added] = known_.try_emplace(incident.id, hash);
    if (!added && known->second == hash) continue;
    known->second = hash;
    out.push_back(std::move(incident));
  }
  for (const auto& [id, into] : set_.take_merged()) {
    if (known_.erase(id) == 0) continue;
    store::KeptIncident gone;
    gone.id = id;
    gone.updated = now;
    gone.merged_into = into;
    out.push_back(std::move(gone));
  }
  return out;
}

}  // namespace picket::incident
