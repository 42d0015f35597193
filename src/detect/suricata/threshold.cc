// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/threshold.h"

#include "base/counter.h"
#include "detect/suricata/rule.h"

namespace picket::detect::suricata {
namespace {

Counter threshold_full{"suricata.threshold_full",
                       "matches that alerted uncounted because the threshold table was full"};

constexpr int64_t kSecond = static_cast<int64_t>(kNsPerSecond);

}  // namespace

ThresholdTable::Key ThresholdTable::key_of(const ThresholdRule& rule,
                                           const ThresholdSubject& subject) {
  Key key;
  key.rule = subject.rule;
  switch (rule.track) {
    case ThresholdRule::Track::kSource: key.a = subject.source; break;
    case ThresholdRule::Track::kDestination: key.a = subject.destination; break;
    case ThresholdRule::Track::kEither:
    case ThresholdRule::Track::kBoth:
      key.a = std::min(subject.source, subject.destination);
      key.b = std::max(subject.source, subject.destination);
      break;
    case ThresholdRule::Track::kRule: break;
    case ThresholdRule::Track::kFlow: key.flow = subject.flow + 1; break;
  }
  return key;
}

bool ThresholdTable::make_room(WallTime now) {
  if (entries_.size() < kEntriesMax) return true;
  std::erase_if(entries_, [&](const auto& item) {
    const Entry& entry = item.second;
    return entry.seconds != 0 && now.ns - entry.since.ns > entry.seconds * kSecond &&
           entry.acts_until < now;
  });
  return entries_.size() < kEntriesMax;
}

ThresholdTable::Entry* ThresholdTable::find_or_add(const Key& key, const ThresholdRule& rule,
                                                   WallTime now, bool& added) {
  auto found = entries_.find(key);
  if (found != entries_.end()) {
    added = false;
    return &found->second;
  }
  if (!make_room(now)) {
    threshold_full.add();
    return nullptr;
  }
  added = true;
  Entry& entry = entries_[key];
  entry.since = now;
  entry.next = rule.count;
  entry.seconds = rule.seconds;
  return &entry;
}

// Counts a match of a rate_filter; true: its action holds now. While it does nothing is counted.
bool ThresholdTable::rate_exceeded(const ThresholdRule& rule, Entry& entry, WallTime now,
                                   bool added) {
  if (entry.acts_until.ns != 0) {
    if (now <= entry.acts_until) return true;
    entry.acts_until.ns = 0;
    return false;
  }
  if (added || now.ns - entry.since.ns > rule.seconds * kSecond) {
    entry.since = now;
    entry.count = 1;
    return false;
  }
  if (++entry.count <= rule.count) return false;
  entry.acts_until.ns = now.ns + rule.timeout * kSecond;
  return true;
}

ThresholdVerdict ThresholdTable::judge(const ThresholdRule& rule, const ThresholdSubject& subject,
                                       std::optional<uint8_t>& new_action) {
  using Kind = ThresholdRule::Kind;
  using Track = ThresholdRule::Track;
  if (rule.kind == Kind::kSuppress) {
    bool source = rule.any_address || rule.addresses.contains(subject.source);
    bool destination = rule.any_address || rule.addresses.contains(subject.destination);
    bool hit = rule.track == Track::kSource        ? source
               : rule.track == Track::kDestination ? destination
                                                   : source || destination;
    return hit ? ThresholdVerdict::kSilent : ThresholdVerdict::kAlert;
  }
  bool added = false;
  Entry* entry = find_or_add(key_of(rule, subject), rule, subject.time, added);
  if (entry == nullptr) return ThresholdVerdict::kAlert;
  if (rule.kind == Kind::kBackoff) {
    if (++entry->count != entry->next) return ThresholdVerdict::kSilent;
    entry->next =
        std::min<uint64_t>(entry->next * std::max<uint64_t>(rule.multiplier, 1), ~uint32_t{0});
    return ThresholdVerdict::kAlert;
  }
  if (rule.kind == Kind::kRate) {
    if (rate_exceeded(rule, *entry, subject.time, added)) new_action = rule.new_action;
    return ThresholdVerdict::kAlert;
  }
  bool expired = subject.time.ns - entry->since.ns > rule.seconds * kSecond;
  if (expired) {
    entry->since = subject.time;
    entry->count = 0;
    if (entry->ports) entry->ports->clear();
  }
  if (rule.unique != ThresholdRule::Unique::kNone) {
    if (!entry->ports) entry->ports = std::make_unique<std::unordered_set<uint16_t>>();
    uint16_t port = rule.unique == ThresholdRule::Unique::kSourcePort ? subject.source_port
                                                                      : subject.destination_port;
    if (entry->ports->size() < kUniqueMax) entry->ports->insert(port);
    entry->count = static_cast<uint32_t>(entry->ports->size());
  } else if (entry->count != ~uint32_t{0}) {
    ++entry->count;
  }
  switch (rule.kind) {
    case Kind::kLimit:
      return entry->count <= rule.count ? ThresholdVerdict::kAlert : ThresholdVerdict::kSilent;
    case Kind::kThreshold:
      if (entry->count < rule.count) return ThresholdVerdict::kNoMatch;
      entry->count = 0;
      if (entry->ports) entry->ports->clear();
      return ThresholdVerdict::kAlert;
    case Kind::kBoth:
      if (entry->count == rule.count) return ThresholdVerdict::kAlert;
      return entry->count < rule.count ? ThresholdVerdict::kNoMatch : ThresholdVerdict::kSilent;
    case Kind::kDetectionFilter:
      return entry->count > rule.count ? ThresholdVerdict::kAlert : ThresholdVerdict::kNoMatch;
    case Kind::kRate:
    case Kind::kBackoff:
    case Kind::kSuppress: break;
  }
  return ThresholdVerdict::kAlert;
}

void ThresholdTable::renumber(const std::function<std::optional<uint32_t>(uint32_t)>& now) {
  std::unordered_map<Key, Entry, KeyHash> kept;
  for (auto& [key, entry] : entries_)
    if (const auto rule = now(key.rule)) {
      Key renamed = key;
      renamed.rule = *rule;
      kept.emplace(renamed, std::move(entry));
    }
  entries_ = std::move(kept);
}

}  // namespace picket::detect::suricata
