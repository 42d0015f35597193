// SPDX-License-Identifier: Apache-2.0
#include "incident/draft.h"

#include <algorithm>

#include "incident/recommend.h"

namespace picket::incident {
namespace {

void add_name(std::vector<std::string>& names, const std::string& name) {
  if (name.empty() || names.size() >= IncidentSet::kNamesMax) return;
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

std::string process_in_words(const event::Actor& actor) {
  std::string words = actor.name;
  if (words.empty()) words = actor.path.substr(actor.path.find_last_of("/\\") + 1);
  if (actor.pid != 0)
    words += (words.empty() ? "process " : " (pid ") + std::to_string(actor.pid) +
             (words.empty() ? "" : ")");
  return words;
}

std::string peer_in_words(const event::Alert& alert) {
  if (!alert.connection || alert.connection->remote.address.is_unspecified()) return alert.domain;
  const event::ConnectionMade& made = *alert.connection;
  const std::string& name = made.remote_name.empty() ? alert.domain : made.remote_name;
  return made.remote.text() + (name.empty() ? "" : " (" + name + ")");
}

std::string why_in(Tie tie, const std::string& tied_by, const Member& member) {
  const std::string process = member.process.empty() ? "This" : member.process;
  switch (tie) {
    case Tie::kTrigger: return "It raised the incident.";
    case Tie::kProcess: return process + " is already part of the incident.";
    case Tie::kLineage:
      if (tied_by.empty()) return process + " and a process of the incident started one another.";
      return process + " comes from " + tied_by +
             ", which is part of the incident or was started by it.";
    case Tie::kExecutable: return "The same program file, " + tied_by + ", on the same machine.";
    case Tie::kRemote: return "The same other side, " + tied_by + ".";
    case Tie::kRule: return "The same rule on the same machine, within an hour.";
    case Tie::kMachine: return "On the same machine, " + tied_by + ", within five minutes.";
  }
  return {};
}

Priority priority_of(const Incident& facts, unsigned best_score) {
  std::set<std::string_view> kinds;
  for (const Member& member : facts.members)
    if (member.severity >= event::Severity::kMedium) kinds.insert(member.rule_id);
  const auto high = event::score(event::Severity::kHigh, event::Confidence::kMedium);
  const auto medium = event::score(event::Severity::kMedium, event::Confidence::kLow);
  // Several kinds that each deserve a look and stand for several steps of an attack weigh as one
  // that is high.
  const bool several = kinds.size() >= 3 && facts.tactics.size() >= 2;
  if (best_score >= high || several) return Priority::kHigh;
  return best_score >= medium ? Priority::kMedium : Priority::kLow;
}

std::string title_of(const Incident& facts, const Member& worst) {
  std::string title = worst.rule_name;
  std::set<std::string_view> kinds;
  for (const Member& member : facts.members) kinds.insert(member.rule_id);
  if (kinds.size() > 1)
    title += " and " + std::to_string(kinds.size() - 1) +
             (kinds.size() == 2 ? " other kind" : " other kinds");
  if (!worst.process.empty()) title += ": " + worst.process;
  if (!worst.host.empty()) title += " on " + worst.host;
  if (!worst.peer.empty()) title += ", " + worst.peer;
  return title;
}

// By its first alert, and not the same as that alert's.
std::string incident_id(const event::Alert& first) {
  event::Alert named;
  named.time = first.time;
  named.rule_id = "incident";
  named.rule_name = first.id;
  event::assign_id(named);
  return named.id;
}

std::string member_key(const event::Alert& alert) {
  return alert.rule_id + '\0' + process_key(alert.host, alert.actor);
}

}  // namespace

void IncidentSet::Draft::add(const event::Alert& alert, Tie tie, const std::string& tied_by) {
  const WallTime until = std::max(alert.time, alert.last_time);
  if (facts.alerts == 0) {
    facts.id = incident_id(alert);
    facts.from = alert.time;
    facts.until = until;
  }
  facts.from = std::min(facts.from, alert.time);
  facts.until = std::max(facts.until, until);
  facts.alerts += alert.count;
  add_name(facts.hosts, alert.host);
  add_name(facts.users, alert.actor.user);
  add_name(facts.files, alert.file);
  for (const event::AttackReference& reference : alert.attack) {
    if (!reference.tactic.empty()) tactics.insert(reference.tactic);
    if (!reference.technique.empty()) techniques.insert(reference.technique);
  }
  Member member{alert.id,
                alert.time,
                until,
                alert.count,
                alert.detector,
                alert.severity,
                alert.confidence,
                alert.rule_id,
                alert.rule_name,
                alert.host,
                process_in_words(alert.actor),
                peer_in_words(alert),
                alert.reason,
                tie,
                {}};
  member.why = why_in(tie, tied_by, member);
  add_name(facts.processes, member.process);
  add_name(facts.peers, member.peer);
  add_member(member_key(alert), std::move(member), event::score(alert.severity, alert.confidence));
}

void IncidentSet::Draft::add_member(std::string key, Member member, unsigned score) {
  const auto known = member_places.find(key);
  if (known != member_places.end()) {
    Member& same = facts.members[known->second];
    same.count += member.count;
    same.from = std::min(same.from, member.from);
    same.until = std::max(same.until, member.until);
    return;
  }
  if (facts.members.size() >= members_max) {
    ++facts.members_left_out;
    return;
  }
  if (score > best_score) {
    best_score = score;
    best_member = facts.members.size();
  }
  member_places.emplace(std::move(key), facts.members.size());
  facts.members.push_back(std::move(member));
}

void IncidentSet::Draft::absorb(Draft&& other) {
  facts.from = std::min(facts.from, other.facts.from);
  facts.until = std::max(facts.until, other.facts.until);
  facts.alerts += other.facts.alerts;
  facts.members_left_out += other.facts.members_left_out;
  for (const auto& [mine, theirs] : {std::pair{&facts.hosts, &other.facts.hosts},
                                     {&facts.processes, &other.facts.processes},
                                     {&facts.users, &other.facts.users},
                                     {&facts.peers, &other.facts.peers},
                                     {&facts.files, &other.facts.files}})
    for (const std::string& name : *theirs) add_name(*mine, name);
  tactics.merge(other.tactics);
  techniques.merge(other.techniques);
  for (const auto& [key, place] : other.member_places) {
    Member& member = other.facts.members[place];
    const unsigned score = event::score(member.severity, member.confidence);
    add_member(key, std::move(member), score);
  }
}

Incident IncidentSet::Draft::finished() const {
  Incident incident = facts;
  incident.tactics.assign(tactics.begin(), tactics.end());
  std::ranges::stable_sort(incident.tactics, {}, tactic_rank);
  incident.techniques.assign(techniques.begin(), techniques.end());
  incident.priority = priority_of(incident, best_score);
  incident.title = title_of(incident, facts.members[best_member]);
  std::ranges::stable_sort(incident.members, {}, &Member::from);
  incident.actions = recommend(incident);
  return incident;
}

}  // namespace picket::incident
