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

bool concerns(const Rule& rule, Transport transport) {
  namespace proto = packet::ip_protocol;
  if (rule.only_protocol) {
    // A transport header that is broken leaves a packet without transport, but with its protocol.
    if (transport == Transport::kOther) return true;
    if (*rule.only_protocol != (transport == Transport::kTcp ? proto::kTcp : proto::kUdp))
      return false;
  }
  if (rule.any_protocol) return true;
  switch (transport) {
    case Transport::kTcp: return rule.protocol == proto::kTcp;
    case Transport::kUdp: return rule.protocol == proto::kUdp;
    default: return rule.protocol != proto::kTcp && rule.protocol != proto::kUdp;
  }
}

Prefilter::Search search_of(const Rule& rule) {
  if (rule.has(kServerQuiet)) return Prefilter::Search::kQuiet;
  if (rule.prefilter.pattern.size() >= Prefilter::kShortBytes) return Prefilter::Search::kLong;
  const bool ahead = rule.prefilter.reach != 0 && rule.prefilter.reach <= Prefilter::kAheadBytes;
  return ahead ? Prefilter::Search::kShortAhead : Prefilter::Search::kShort;
}

// In which bytes a rule's pattern is looked for: a bit per Source.
uint8_t sources_of(const Rule& rule, Transport transport) {
  const bool stream = rule.has(kStream) && transport == Transport::kTcp;
  const bool packet = rule.has(kPacketOnly) || !stream;
  return static_cast<uint8_t>((packet ? 1u << static_cast<unsigned>(Source::kPacket) : 0u) |
                              (stream ? 1u << static_cast<unsigned>(Source::kStream) : 0u));
}

constexpr size_t kFewPorts = 256;

bool are_few(const PortSet& ports) {
  size_t count = 0;
  for (const auto& [from, to] : ports.intervals()) count += size_t{1} + to - from;
  return count <= kFewPorts;
}

// Not searched for: no pattern, or one that says less than the ports do. (Stream rules are told by
// their pattern when something new matches, so they need it.)
bool is_plain(const RuleSet& rules, const Rule& rule) {
  if (rule.prefilter.pattern.empty()) return true;
  if (rule.prefilter.pattern.size() >= Prefilter::kShortBytes || rule.has(kStream) ||
      rule.has(kBothWays))
    return false;
  const auto few = [&](uint16_t set) { return set != 0 && are_few(rules.ports[set]); };
  return few(rule.source_ports) || few(rule.destination_ports);
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
  return info.protocol == AppProtocol::kAny || may_hold(protocol, info.protocol);
}

}  // namespace

void Prefilter::add_plain(const RuleSet& rules, uint32_t place, Transport transport) {
  const Rule& rule = rules.rules[place];
  PlainRules& plain = plain_packet_[static_cast<size_t>(transport)];
  const auto ports = [&](uint16_t set) {
    return set == 0 || rule.has(kBothWays) ? nullptr : &rules.ports[set];
  };
  PortRules& into = rule.payload.empty() ? plain.all : plain.with_payload;
  into.add(place, ports(rule.source_ports), ports(rule.destination_ports));
}

void Prefilter::sort_packet_rules(const RuleSet& rules) {
  for (uint32_t place = 0; place < rules.rules.size(); ++place) {
    const Rule& rule = rules.rules[place];
    if (rule.is_tx()) continue;
    if (rule.has(kPacketHeaderOnly)) {
      header_only_.push_back(place);
      continue;
    }
    for (size_t t = 0; t < static_cast<size_t>(Transport::kCount); ++t) {
      const Transport transport = static_cast<Transport>(t);
      if (!concerns(rule, transport)) continue;
      if (is_plain(rules, rule)) {
        add_plain(rules, place, transport);
        continue;
      }
      for (Direction direction : {Direction::kToServer, Direction::kToClient}) {
        if (!concerns(rule, direction)) continue;
        auto& group = payload_[t][inspect::index(direction)][static_cast<size_t>(search_of(rule))];
        if (!group) group = std::make_unique<PayloadGroup>();
        group->group.rules.push_back(place);
      }
    }
  }
  for (PlainRules& plain : plain_packet_) {
    plain.all.finish();
    plain.with_payload.finish();
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
          (rules.slots[slot->slot].grows() ? plan.growing : plan.slots).push_back(slot.get());
      for (uint32_t place : plain)
        if (covers(rules.rules[place].app, protocol) &&
            (concerns(rules.rules[place], direction) || rules.rules[place].has(kTransactional)))
          plan.plain_rules.push_back(place);
    }
  }
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
  for (size_t t = 0; t < payload_.size(); ++t)
    for (PayloadGroups& kinds : payload_[t])
      for (auto& made : kinds) {
        if (!made) continue;
        std::vector<uint32_t> places = std::move(made->group.rules);
        take(made->group, places, true);
        for (uint32_t place : made->group.rules) {
          const Rule& rule = rules.rules[place];
          const uint32_t reach = rule.prefilter.reach;
          made->wanted.push_back({sources_of(rule, static_cast<Transport>(t)),
                                  reach == 0 ? ~uint64_t{0} : uint64_t{reach}});
        }
      }
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
  prefilter->sort_packet_rules(rules);
  prefilter->sort_tx_rules(rules);
  TRY(prefilter->build(rules, cache_folder));
  return prefilter;
}

Result<void> Prefilter::prepare(PatternScratch& scratch) const {
  for (auto& ways : payload_)
    for (auto& groups : ways)
      for (auto& made : groups)
        if (made) TRY(made->group.index.prepare(scratch));
  for (auto& slot : slots_) TRY(slot->group.index.prepare(scratch));
  return {};
}

}  // namespace picket::detect::suricata
