// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/prefilter.h"

#include <algorithm>
#include <map>

#include "detect/suricata/app_protocols.h"
#include "detect/suricata/pattern_cache.h"

namespace picket::detect::suricata {
namespace {

using inspect::AppProtocol;
using inspect::BufferDirection;
using inspect::Direction;
using Source = Prefilter::Source;
using Transport = Prefilter::Transport;

constexpr size_t kApps = static_cast<size_t>(AppProtocol::kCount);

size_t payload_key(Source source, Transport transport, Direction direction, AppProtocol app) {
  size_t key = static_cast<size_t>(source) * static_cast<size_t>(Transport::kCount) +
               static_cast<size_t>(transport);
  return (key * 2 + inspect::index(direction)) * kApps + static_cast<size_t>(app);
}

bool concerns(const Rule& rule, Transport transport) {
  if (rule.any_protocol) return true;
  switch (transport) {
    case Transport::kTcp: return rule.protocol == packet::ip_protocol::kTcp;
    case Transport::kUdp: return rule.protocol == packet::ip_protocol::kUdp;
    default:
      return rule.protocol != packet::ip_protocol::kTcp &&
             rule.protocol != packet::ip_protocol::kUdp;
  }
}

bool concerns(const Rule& rule, Direction direction) {
  if (rule.has(kToServer)) return direction == Direction::kToServer;
  if (rule.has(kToClient)) return direction == Direction::kToClient;
  return true;
}

// One pattern, many rules: sorted so that each distinct pattern is compiled once.
RuleGroup collect(const RuleSet& rules, std::vector<uint32_t> places,
                  std::vector<PatternIndex::Pattern>& patterns) {
  auto key = [&](uint32_t place) {
    const PrefilterPattern& p = rules.rules[place].prefilter;
    return std::pair(as_text(p.pattern), p.nocase);
  };
  std::sort(places.begin(), places.end(),
            [&](uint32_t a, uint32_t b) { return std::pair(key(a), a) < std::pair(key(b), b); });
  RuleGroup group;
  for (size_t i = 0; i < places.size(); ++i) {
    if (i == 0 || key(places[i]) != key(places[i - 1])) {
      group.first_rule.push_back(static_cast<uint32_t>(i));
      patterns.push_back(
          {rules.rules[places[i]].prefilter.pattern, rules.rules[places[i]].prefilter.nocase});
    }
  }
  group.first_rule.push_back(static_cast<uint32_t>(places.size()));
  group.rules = std::move(places);
  return group;
}

bool slot_concerns(const BufferSlot& slot, AppProtocol protocol, Direction direction) {
  const inspect::BufferInfo& info = *slot.info();
  if (info.direction == BufferDirection::kToServer && direction != Direction::kToServer)
    return false;
  if (info.direction == BufferDirection::kToClient && direction != Direction::kToClient)
    return false;
  return info.protocol == AppProtocol::kAny || goes_together(protocol, info.protocol);
}

}  // namespace

std::vector<uint32_t>& Prefilter::payload_rules(Source source, Transport transport,
                                                Direction direction, AppProtocol app) {
  for (auto& group : payload_)
    if (group->source == source && group->transport == transport && group->direction == direction &&
        group->app == app)
      return group->rule_places;
  payload_.push_back(
      std::make_unique<PayloadGroup>(PayloadGroup{source, transport, direction, app, {}, {}}));
  return payload_.back()->rule_places;
}

void Prefilter::sort_packet_rule(const RuleSet& rules, uint32_t place) {
  const Rule& rule = rules.rules[place];
  if (rule.has(kPacketHeaderOnly)) {
    header_only_.push_back(place);
    return;
  }
  for (size_t t = 0; t < static_cast<size_t>(Transport::kCount); ++t) {
    Transport transport = static_cast<Transport>(t);
    if (!concerns(rule, transport)) continue;
    if (rule.prefilter.pattern.empty()) {
      plain_packet_[t].push_back(place);
      continue;
    }
    for (Direction direction : {Direction::kToServer, Direction::kToClient}) {
      if (!concerns(rule, direction)) continue;
      bool stream = rule.has(kStream) && transport == Transport::kTcp;
      if (rule.has(kPacketOnly) || !stream)
        payload_rules(Source::kPacket, transport, direction, rule.app).push_back(place);
      if (stream) payload_rules(Source::kStream, transport, direction, rule.app).push_back(place);
    }
  }
}

void Prefilter::sort_tx_rules(const RuleSet& rules) {
  slot_rules_.resize(rules.slots.size());
  std::vector<uint32_t> plain;
  for (uint32_t place = 0; place < rules.rules.size(); ++place) {
    const Rule& rule = rules.rules[place];
    if (!rule.is_tx()) continue;
    (rule.prefilter.pattern.empty() ? plain : slot_rules_[rule.prefilter.slot]).push_back(place);
  }
  for (uint16_t slot = 0; slot < slot_rules_.size(); ++slot) {
    if (slot_rules_[slot].empty()) continue;
    slots_.push_back(std::make_unique<SlotGroup>());
    slots_.back()->slot = slot;
  }
  for (size_t app = 0; app < kApps; ++app) {
    for (Direction direction : {Direction::kToServer, Direction::kToClient}) {
      TxPlan& plan = tx_plans_[app][inspect::index(direction)];
      AppProtocol protocol = static_cast<AppProtocol>(app);
      for (auto& slot : slots_)
        if (slot_concerns(rules.slots[slot->slot], protocol, direction))
          plan.slots.push_back(slot.get());
      for (uint32_t place : plain)
        if (covers(rules.rules[place].app, protocol) &&
            (concerns(rules.rules[place], direction) || rules.rules[place].has(kTransactional)))
          plan.plain_rules.push_back(place);
    }
  }
}

void Prefilter::link_payload_groups() {
  linked_.resize(
      payload_key(Source::kCount, Transport::kTcp, Direction::kToServer, AppProtocol::kUnknown));
  for (auto& group : payload_)
    for (size_t app = 0; app < kApps; ++app)
      if (group->app == AppProtocol::kUnknown || covers(group->app, static_cast<AppProtocol>(app)))
        linked_[payload_key(group->source, group->transport, group->direction,
                            static_cast<AppProtocol>(app))]
            .push_back(&group->group);
}

Result<void> Prefilter::build(const RuleSet& rules, const std::string& cache_folder) {
  std::vector<RuleGroup*> groups;
  std::vector<std::vector<PatternIndex::Pattern>> patterns;
  std::vector<bool> every_match;
  auto take = [&](RuleGroup& group, std::vector<uint32_t>& places, bool every) {
    patterns.emplace_back();
    group = collect(rules, std::move(places), patterns.back());
    groups.push_back(&group);
    every_match.push_back(every);
  };
  for (auto& group : payload_)
    take(group->group, group->rule_places, group->source == Source::kStream);
  for (auto& slot : slots_) take(slot->group, slot_rules_[slot->slot], false);
  slot_rules_.clear();
  PatternCache cache(cache_folder, patterns, every_match);
  cache_path_ = cache.path();
  from_cache_ =
      cache.load([&](size_t i, PatternIndex index) { groups[i]->index = std::move(index); });
  if (from_cache_) return {};
  for (size_t i = 0; i < groups.size(); ++i) {
    TRY_ASSIGN(groups[i]->index, PatternIndex::create(patterns[i], every_match[i]));
  }
  cache.store([&](size_t i) -> const PatternIndex& { return groups[i]->index; });
  return {};
}

Result<std::unique_ptr<Prefilter>> Prefilter::create(const RuleSet& rules,
                                                     const std::string& cache_folder) {
  auto prefilter = std::make_unique<Prefilter>();
  for (uint32_t place = 0; place < rules.rules.size(); ++place)
    if (!rules.rules[place].is_tx()) prefilter->sort_packet_rule(rules, place);
  prefilter->sort_tx_rules(rules);
  TRY(prefilter->build(rules, cache_folder));
  prefilter->link_payload_groups();
  return prefilter;
}

std::span<const RuleGroup* const> Prefilter::payload_groups(Source source, Transport transport,
                                                            Direction direction,
                                                            AppProtocol app) const {
  return linked_[payload_key(source, transport, direction, app)];
}

Result<void> Prefilter::prepare(PatternScratch& scratch) const {
  for (auto& group : payload_) TRY(group->group.index.prepare(scratch));
  for (auto& slot : slots_) TRY(slot->group.index.prepare(scratch));
  return {};
}

}  // namespace picket::detect::suricata
