// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/sigma_alert.h"

#include <algorithm>
#include <array>

#include "detect/sigma/record_subject.h"

namespace picket::detect::sigma {
namespace {

constexpr size_t kReasonValueMax = 160;  // bytes of a value within the sentence

// Tactics of ATT&CK (Enterprise) by the names that tags of rules use, old and new.
constexpr auto kTactics = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"reconnaissance", "TA0043"},
    {"resource-development", "TA0042"},
    {"initial-access", "TA0001"},
    {"execution", "TA0002"},
    {"persistence", "TA0003"},
    {"privilege-escalation", "TA0004"},
    {"defense-evasion", "TA0005"},
    {"stealth", "TA0005"},  // what defense-evasion is called since version 19
    {"defense-impairment", "TA0112"},
    {"credential-access", "TA0006"},
    {"discovery", "TA0007"},
    {"lateral-movement", "TA0008"},
    {"collection", "TA0009"},
    {"command-and-control", "TA0011"},
    {"exfiltration", "TA0010"},
    {"impact", "TA0040"},
});

std::string_view tactic_number(std::string name) {
  std::ranges::replace(name, '_', '-');
  for (const auto& [tactic, number] : kTactics)
    if (name == tactic) return number;
  return {};
}

bool is_technique(std::string_view tag) {
  return tag.size() >= 5 && (tag[0] == 't' || tag[0] == 'T') &&
         std::ranges::all_of(tag.substr(1),
                             [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

event::Confidence confidence_of(const About& about) {
  if (about.status == "stable") return event::Confidence::kHigh;
  if (about.status.empty() || about.status == "test") return event::Confidence::kMedium;
  return event::Confidence::kLow;
}

void fill_rule(const About& about, event::Alert& alert) {
  alert.detector = event::Detector::kSigma;
  alert.rule_id = about.id.empty() ? about.name : about.id;
  if (alert.rule_id.empty()) alert.rule_id = about.title;
  alert.rule_name = about.title;
  alert.rule_file = about.place.text();
  alert.severity = static_cast<event::Severity>(about.level);
  alert.confidence = confidence_of(about);
  alert.attack = attack_references(about.tags);
  alert.references = about.references;
  alert.false_positives = about.false_positives;
}

std::string shortened(std::string_view value) {
  if (value.size() <= kReasonValueMax) return std::string(value);
  size_t end = kReasonValueMax - 3;
  while (end > 0 && (static_cast<uint8_t>(value[end]) & 0xc0) == 0x80) --end;
  return std::string(value.substr(0, end)) + "...";
}

// "powershell.exe, talking to 203.0.113.9:443 (c2.example)".
std::string who(const event::Alert& alert) {
  std::string words = alert.actor.name;
  if (words.empty() && alert.actor.pid != 0) words = "process " + std::to_string(alert.actor.pid);
  if (words.empty()) words = alert.actor.user;
  if (words.empty()) words = "A " + alert.place.source + " record";
  if (alert.connection) {
    words += alert.connection->outbound.value_or(true) ? ", talking to " : ", called by ";
    words += alert.connection->remote.text();
    if (!alert.connection->remote_name.empty()) words += " (" + alert.connection->remote_name + ")";
  } else if (!alert.domain.empty()) {
    words += ", asking for " + alert.domain;
  }
  return words;
}

void take_over(const event::Activity& activity, event::Alert& alert) {
  alert.host = activity.host;
  alert.platform = activity.platform;
  alert.actor = activity.actor;
  if (const auto* made = std::get_if<event::ConnectionMade>(&activity.what))
    alert.connection = *made;
  if (const auto* lookup = std::get_if<event::DnsLookup>(&activity.what))
    alert.domain = lookup->name;
}

}  // namespace

std::vector<event::AttackReference> attack_references(const std::vector<std::string>& tags) {
  constexpr std::string_view kPrefix = "attack.";
  std::vector<std::string_view> tactics;
  std::vector<std::string> techniques;
  for (const std::string& tag : tags) {
    if (!tag.starts_with(kPrefix)) continue;
    std::string name = tag.substr(kPrefix.size());
    if (is_technique(name)) {
      name[0] = 'T';
      techniques.push_back(std::move(name));
    } else if (const std::string_view number = tactic_number(name); !number.empty()) {
      tactics.push_back(number);
    }
  }
  std::vector<event::AttackReference> references;
  // Which technique serves which tactic is only clear when there is one tactic.
  const std::string_view only = tactics.size() == 1 ? tactics.front() : std::string_view();
  if (techniques.empty() || only.empty())
    for (const std::string_view tactic : tactics) references.push_back({std::string(tactic), ""});
  for (std::string& technique : techniques)
    references.push_back({std::string(only), std::move(technique)});
  return references;
}

event::Alert sigma_alert(const About& about, const event::LogRecord& record,
                         const std::vector<Evidence>& evidence, const event::Activity* activity) {
  event::Alert alert;
  fill_rule(about, alert);
  alert.place.source = source_words(record.origin);
  describe_subject(record, alert);
  if (activity) take_over(*activity, alert);
  std::string because;
  for (const Evidence& fact : evidence) {
    const std::string_view name = fact.field.empty() ? "text" : std::string_view(fact.field);
    alert.add_fact(name, fact.value);
    // The kind of record says little; what stands in it is the reason.
    if (because.empty() && name != "EventID" && name != "Channel" && name != "Provider_Name")
      because = " (" + std::string(name) + ": " + shortened(fact.value) + ")";
  }
  alert.reason = who(alert) + ": " + about.title + because;
  return alert;
}

event::Alert correlation_alert(const About& about, const CorrelationHit& hit,
                               const event::LogRecord* last) {
  event::Alert alert;
  fill_rule(about, alert);
  alert.place.source = "correlation";
  if (last) describe_subject(*last, alert);
  alert.time = hit.first;
  alert.last_time = hit.last;
  std::string group;
  for (const auto& [field, value] : hit.group) {
    alert.add_fact(field, value);
    group += (group.empty() ? "" : ", ") + field + " " + shortened(value);
  }
  std::string measure = std::to_string(hit.measure);
  measure.erase(measure.find_last_not_of('0') + 1);
  if (measure.ends_with('.')) measure.pop_back();
  alert.add_fact("measure", measure);
  alert.add_fact("matches", std::to_string(hit.samples));
  alert.reason = about.title + ": " + measure + " in " + std::to_string(hit.samples) + " matches" +
                 (group.empty() ? "" : " for " + group);
  return alert;
}

}  // namespace picket::detect::sigma
