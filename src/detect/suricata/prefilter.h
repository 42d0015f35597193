// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "detect/suricata/pattern_index.h"
#include "detect/suricata/rule_set.h"

namespace picket::detect::suricata {

// Rules that are looked at together: the patterns of those that have one, and the rest.
struct RuleGroup {
  PatternIndex index;
  std::vector<uint32_t> first_rule;  // of pattern n: rules_[first_rule[n] .. first_rule[n + 1])
  std::vector<uint32_t> rules;       // by place in RuleSet::rules
  std::span<const uint32_t> rules_of(uint32_t pattern) const {
    return std::span(rules).subspan(first_rule[pattern],
                                    first_rule[pattern + 1] - first_rule[pattern]);
  }
};

// Which rules may match, told from patterns before any rule is evaluated: rules in groups, so that
// a packet, a piece of stream or a buffer meets only those that can concern it. Immutable once
// built; any thread may use it.
class Prefilter {
 public:
  enum class Transport : uint8_t { kTcp, kUdp, kOther, kCount };
  enum class Source : uint8_t { kPacket, kStream, kCount };

  static Result<std::unique_ptr<Prefilter>> create(const RuleSet& rules,
                                                   const std::string& cache_folder);

  // Groups for the payload of a packet or stream of this kind; application protocol as known.
  std::span<const RuleGroup* const> payload_groups(Source source, Transport transport,
                                                   inspect::Direction direction,
                                                   inspect::AppProtocol app) const;
  // Rules without a pattern, for packets.
  std::span<const uint32_t> plain_rules(Transport transport) const {
    return plain_packet_[static_cast<size_t>(transport)];
  }
  std::span<const uint32_t> header_only_rules() const { return header_only_; }

  // The same for transactions.
  struct SlotGroup {
    uint16_t slot;
    RuleGroup group;
  };
  struct TxPlan {  // of one protocol and direction
    std::vector<const SlotGroup*> slots;
    std::vector<uint32_t> plain_rules;
    bool empty() const { return slots.empty() && plain_rules.empty(); }
  };
  const TxPlan& tx_plan(inspect::AppProtocol protocol, inspect::Direction direction) const {
    return tx_plans_[static_cast<size_t>(protocol)][inspect::index(direction)];
  }
  Result<void> prepare(PatternScratch& scratch) const;
  bool from_cache() const { return from_cache_; }
  const std::string& cache_path() const { return cache_path_; }

 private:
  struct PayloadGroup {
    Source source;
    Transport transport;
    inspect::Direction direction;
    inspect::AppProtocol app;  // kUnknown: whatever the flow speaks
    std::vector<uint32_t> rule_places;
    RuleGroup group;
  };
  void sort_packet_rule(const RuleSet& rules, uint32_t place);
  void sort_tx_rules(const RuleSet& rules);
  void link_payload_groups();
  std::vector<uint32_t>& payload_rules(Source source, Transport transport,
                                       inspect::Direction direction, inspect::AppProtocol app);
  Result<void> build(const RuleSet& rules, const std::string& cache_folder);

  std::vector<std::unique_ptr<PayloadGroup>> payload_;
  std::vector<std::vector<const RuleGroup*>> linked_;  // by payload_key()
  std::array<std::vector<uint32_t>, static_cast<size_t>(Transport::kCount)> plain_packet_;
  std::vector<uint32_t> header_only_;
  std::vector<std::unique_ptr<SlotGroup>> slots_;
  std::vector<std::vector<uint32_t>> slot_rules_;
  std::array<std::array<TxPlan, 2>, static_cast<size_t>(inspect::AppProtocol::kCount)> tx_plans_;
  bool from_cache_ = false;
  std::string cache_path_;
};

}  // namespace picket::detect::suricata
