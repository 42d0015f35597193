// SPDX-License-Identifier: Apache-2.0
#include "incident/incident_set.h"

#include <algorithm>

#include "base/counter.h"
#include "incident/draft.h"
#include "incident/tie_keys.h"

namespace picket::incident {
namespace {

Counter incidents_full{"incident.full", "alerts that would have made one incident too many"};
Counter waiting_full{"incident.waiting_full", "low alerts not remembered: too many wait"};
Counter ties_full{"incident.ties_full", "ties not remembered: too many"};

constexpr bool wakes(const event::Alert& alert) {
  return alert.severity >= event::Severity::kMedium;
}

size_t kinds(const std::vector<event::Alert>& alerts) {
  std::unordered_set<std::string_view> rules;
  for (const event::Alert& alert : alerts) rules.insert(alert.rule_id);
  return rules.size();
}

}  // namespace

IncidentSet::IncidentSet(const Lineage& lineage) : IncidentSet(lineage, Limits{}) {}
IncidentSet::IncidentSet(const Lineage& lineage, const Limits& limits)
    : lineage_(lineage), limits_(limits) {}
IncidentSet::~IncidentSet() = default;

uint32_t IncidentSet::root_of(uint32_t incident) const {
  while (merged_into_[incident] != incident) incident = merged_into_[incident];
  return incident;
}

void IncidentSet::look_up(const std::string& key, Tie tie, const std::string& words, int64_t now_ns,
                          int64_t window_ns, std::vector<TieFound>& found) const {
  const auto known = ties_.find(key);
  if (known == ties_.end() || now_ns - known->second.last_ns > window_ns) return;
  found.push_back({root_of(known->second.incident), tie, words});
}

// Ancestors that are in an incident, and an incident's processes that this one started.
void IncidentSet::look_up_lineage(const event::Alert& alert, std::vector<TieFound>& found) const {
  for (const std::string& ancestor : lineage_.ancestors(alert.host, alert.actor))
    look_up(wakes_key(ancestor), Tie::kLineage, alert.actor.parent_path, alert.time.ns,
            kLongWindowNs, found);
  const std::string own = process_key(alert.host, alert.actor);
  if (!own.empty() && wakes(alert))
    look_up(child_key(own), Tie::kLineage, {}, alert.time.ns, kLongWindowNs, found);
}

std::vector<IncidentSet::TieFound> IncidentSet::ties_of(const event::Alert& alert) const {
  std::vector<TieFound> found;
  for (const TieKey& key : tie_keys(alert))
    look_up(key.key, key.tie, key.words, alert.time.ns, key.window_ns, found);
  look_up_lineage(alert, found);
  // The strongest first; among equals the oldest incident.
  std::ranges::stable_sort(found, [](const TieFound& a, const TieFound& b) {
    return a.tie != b.tie ? a.tie < b.tie : a.incident < b.incident;
  });
  return found;
}

void IncidentSet::add(const event::Alert& alert) {
  std::vector<TieFound> found = ties_of(alert);
  if (found.empty()) {
    if (wakes(alert))
      start(alert);
    else
      wait(alert);
    return;
  }
  const TieFound strongest = found.front();
  // That two incidents share a rule or a machine makes them no one incident.
  std::erase_if(found, [&](const TieFound& tie) {
    return tie.tie >= Tie::kRule && tie.incident != strongest.incident;
  });
  join(merge(found), alert, strongest);
}

// Makes the incidents found one, the oldest; returns it.
uint32_t IncidentSet::merge(std::vector<TieFound>& found) {
  uint32_t oldest = found.front().incident;
  for (const TieFound& tie : found) oldest = std::min(oldest, tie.incident);
  for (const TieFound& tie : found) {
    if (tie.incident == oldest || !drafts_[tie.incident]) continue;
    gone_.emplace_back(drafts_[tie.incident]->facts.id, oldest);
    drafts_[oldest]->absorb(std::move(*drafts_[tie.incident]));
    drafts_[tie.incident].reset();
    merged_into_[tie.incident] = oldest;
  }
  return oldest;
}

std::vector<std::pair<std::string, std::string>> IncidentSet::take_merged() {
  std::vector<std::pair<std::string, std::string>> out;
  for (auto& [id, into] : gone_) out.emplace_back(std::move(id), drafts_[root_of(into)]->facts.id);
  gone_.clear();
  return out;
}

bool IncidentSet::start(const event::Alert& alert) {
  if (drafts_.size() >= limits_.incidents) {
    incidents_full.add();
    return false;
  }
  const auto incident = static_cast<uint32_t>(drafts_.size());
  drafts_.push_back(std::make_unique<Draft>(limits_.members));
  merged_into_.push_back(incident);
  drafts_[incident]->add(alert, Tie::kTrigger, {});
  remember(alert, incident);
  take_waiting(incident, process_key(alert.host, alert.actor));
  return true;
}

void IncidentSet::join(uint32_t incident, const event::Alert& alert, const TieFound& tie) {
  drafts_[incident]->add(alert, tie.tie, tie.other);
  remember(alert, incident);
  if (wakes(alert)) take_waiting(incident, process_key(alert.host, alert.actor));
}

void IncidentSet::wait(const event::Alert& alert) {
  const std::string process = process_key(alert.host, alert.actor);
  if (process.empty()) return;  // nothing could ever tie it
  if (waiting_count_ >= limits_.waiting) return waiting_full.add();
  std::vector<event::Alert>& waiting = waiting_[process];
  waiting.push_back(alert);
  ++waiting_count_;
  if (alert.severity < event::Severity::kLow) return;
  std::vector<event::Alert> low;
  for (const event::Alert& one : waiting)
    if (one.severity == event::Severity::kLow) low.push_back(one);
  if (kinds(low) < kLowKindsMin) return;
  // Started by the first low one; the others are then waiting alerts of the same process.
  const event::Alert first = low.front();
  std::erase_if(waiting, [&](const event::Alert& one) { return one.id == first.id; });
  --waiting_count_;
  if (!start(first)) waiting_.erase(process);
}

void IncidentSet::take_waiting(uint32_t incident, const std::string& process) {
  const auto found = waiting_.find(process);
  if (found == waiting_.end()) return;
  const std::vector<event::Alert> taken = std::move(found->second);
  waiting_.erase(found);
  waiting_count_ -= taken.size();
  for (const event::Alert& alert : taken) {
    drafts_[incident]->add(alert, Tie::kProcess, {});
    remember(alert, incident);
  }
}

void IncidentSet::remember_key(std::string key, uint32_t incident, int64_t now_ns) {
  const auto found = ties_.find(key);
  if (found != ties_.end()) {
    found->second = {incident, std::max(now_ns, found->second.last_ns)};
  } else if (ties_.size() >= limits_.ties) {
    ties_full.add();
  } else {
    ties_.emplace(std::move(key), Remembered{incident, now_ns});
  }
}

void IncidentSet::remember(const event::Alert& alert, uint32_t incident) {
  for (TieKey& key : tie_keys(alert)) remember_key(std::move(key.key), incident, alert.time.ns);
  const std::string own = process_key(alert.host, alert.actor);
  if (own.empty() || !wakes(alert)) return;
  remember_key(wakes_key(own), incident, alert.time.ns);
  for (const std::string& ancestor : lineage_.ancestors(alert.host, alert.actor))
    remember_key(child_key(ancestor), incident, alert.time.ns);
}

std::vector<Incident> IncidentSet::incidents() const {
  std::vector<Incident> all;
  for (const std::unique_ptr<Draft>& draft : drafts_)
    if (draft) all.push_back(draft->finished());
  std::ranges::stable_sort(all, [](const Incident& a, const Incident& b) {
    return a.priority != b.priority ? a.priority > b.priority : a.from < b.from;
  });
  return all;
}

}  // namespace picket::incident
