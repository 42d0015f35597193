// SPDX-License-Identifier: Apache-2.0
// Engine: how one goes on where another stopped.
#include <unordered_map>

#include "detect/suricata/engine.h"

namespace picket::detect::suricata {
namespace {

struct RuleKey {
  uint32_t gid, sid, rev;
  bool operator==(const RuleKey&) const = default;
};
struct RuleKeyHash {
  size_t operator()(const RuleKey& key) const noexcept {
    return key.sid * 0x9e3779b97f4a7c15ull + key.gid * 31 + key.rev;
  }
};
RuleKey key_of(const Rule& rule) { return {rule.facts.gid, rule.facts.sid, rule.facts.rev}; }

}  // namespace

void Engine::inherit(Engine& before) {
  std::unordered_map<RuleKey, uint32_t, RuleKeyHash> places;
  for (size_t i = 0; i < set_.rules.size(); ++i)
    places.emplace(key_of(set_.rules[i]), static_cast<uint32_t>(i));
  place_now_.clear();
  for (const Rule& rule : before.set_.rules) {
    const auto found = places.find(key_of(rule));
    place_now_.push_back(found == places.end() ? FlowMemo::kGone : found->second);
  }
  generation_ = before.generation_ + 1;
  hosts_ = std::move(before.hosts_);
  thresholds_ = std::move(before.thresholds_);
  thresholds_.renumber([this](uint32_t number) -> std::optional<uint32_t> {
    const uint32_t place = number / kThresholdsOfRule;
    if (place >= place_now_.size() || place_now_[place] == FlowMemo::kGone) return std::nullopt;
    return place_now_[place] * kThresholdsOfRule + number % kThresholdsOfRule;
  });
}

}  // namespace picket::detect::suricata
