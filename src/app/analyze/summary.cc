// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/summary.h"

#include <algorithm>

#include "detect/behavior/words.h"

namespace picket::app::analyze {
namespace {

// What makes alerts be about the same thing: the process where one is known.
std::string subject_key(const event::Alert& alert) {
  const event::Actor& actor = alert.actor;
  std::string key = alert.host + '\0';
  if (!actor.id.empty()) return key + actor.id;
  if (actor.pid != 0 || !actor.path.empty())
    return key + std::to_string(actor.pid) + '\0' + actor.path;
  if (!actor.name.empty()) return key + actor.name;
  if (alert.connection) return key + alert.connection->local.address.text();
  return key + alert.domain;
}

unsigned score_of(const event::Alert& alert) {
  return event::score(alert.severity, alert.confidence);
}

}  // namespace

std::string process_words(const event::Actor& actor) {
  std::string words = actor.name;
  if (words.empty()) words = detect::behavior::base_name(actor.path);
  if (words.empty() && actor.pid != 0) words = "a process";
  if (words.empty() && actor.kernel) words = "the kernel";
  std::string more;
  const auto add = [&more](const std::string& text) {
    if (!text.empty()) more += (more.empty() ? "" : ", ") + text;
  };
  if (actor.pid != 0) add("pid " + std::to_string(actor.pid));
  if (actor.path != words) add(actor.path);
  add(actor.user);
  if (words.empty()) return more;
  return more.empty() ? words : words + " (" + more + ")";
}

std::string peer_words(const event::Alert& alert) {
  if (!alert.connection) return alert.domain;
  const event::ConnectionMade& made = *alert.connection;
  const bool inbound = made.outbound.has_value() && !*made.outbound;
  std::string words;
  if (!made.local.address.is_unspecified()) words = made.local.text() + (inbound ? " <- " : " -> ");
  if (!made.remote.address.is_unspecified()) words += made.remote.text();
  const std::string& name = made.remote_name.empty() ? alert.domain : made.remote_name;
  if (!name.empty()) words += words.empty() ? name : " (" + name + ")";
  return words;
}

Summary::Summary(const AlertStore& alerts, event::Severity min_severity) {
  alerts.visit([&](const event::Alert& alert) {
    if (alert.severity < min_severity)
      ++below_;
    else
      add(alert);
  });
  const auto worse = [](const auto& a, const auto& b) {
    return a.score != b.score ? a.score > b.score : a.from < b.from;
  };
  for (Subject& subject : subjects_)
    std::ranges::stable_sort(subject.rules, [](const RuleGroup& a, const RuleGroup& b) {
      const unsigned one = score_of(a.first), other = score_of(b.first);
      return one != other ? one > other : a.from < b.from;
    });
  std::ranges::stable_sort(subjects_, worse);
}

void Summary::add(const event::Alert& alert) {
  ++shown_;
  const auto [subject_at, new_subject] = places_.try_emplace(subject_key(alert), subjects_.size());
  if (new_subject) {
    std::string who = process_words(alert.actor);
    if (who.empty()) who = peer_words(alert);
    subjects_.push_back({alert.host, std::move(who), 0, alert.time, {}});
    rule_places_.emplace_back();
  }
  Subject& subject = subjects_[subject_at->second];
  auto& places = rule_places_[subject_at->second];
  const auto found = places.find(alert.rule_id);
  subject.score = std::max(subject.score, score_of(alert));
  if (found != places.end()) {
    RuleGroup& group = subject.rules[found->second];
    group.count += alert.count;
    group.until = std::max(group.until, std::max(alert.time, alert.last_time));
    if (score_of(alert) > score_of(group.first)) group.first = alert;
    return;
  }
  if (groups_ == kGroupsMax) {
    ++left_out_;
    return;
  }
  ++groups_;
  places.emplace(alert.rule_id, subject.rules.size());
  subject.rules.push_back({alert, alert.count, alert.time, std::max(alert.time, alert.last_time)});
}

}  // namespace picket::app::analyze
