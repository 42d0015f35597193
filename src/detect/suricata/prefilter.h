// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "detect/suricata/pattern_index.h"
#include "detect/suricata/port_rules.h"
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
// a packet, a piece of stream or a buffer meets only those that can concern it. Rules on packets
// that have no pattern, or a short one (short ones stand everywhere, and slow down the search for
// all others) and ports of their own, are found by port. Immutable once built; any thread may use
// it.
class Prefilter {
 public:
  enum class Transport : uint8_t { kTcp, kUdp, kOther, kCount };
  enum class Source : uint8_t { kPacket, kStream, kCount };
  // Rules on payload and stream, by how their pattern is searched for. Few and large groups: each
  // search begins with reading tables that other work has pushed out of the cache.
  enum class Search : uint8_t {
    kLong,        // patterns of kShortBytes and more
    kShort,       // those that are shorter: apart, because they slow down the search for all others
    kShortAhead,  // those that end within the first kAheadBytes: nothing behind is searched
    kQuiet,       // only as long as the server has said nothing (kServerQuiet)
    kCount
  };
  static constexpr size_t kShortBytes = 4;
  static constexpr size_t kAheadBytes = 64;
  struct PayloadGroup {
    RuleGroup group;
    struct Wanted {
      uint8_t sources = 0;  // a bit per Source
      uint64_t reach = 0;   // where in the payload or stream the pattern ends at the latest
    };
    std::vector<Wanted> wanted;  // by place in group.rules

    // Calls f(rule) for the rules of a pattern that may end there in such bytes.
    template <typename F>
    void visit(uint32_t pattern, Source source, uint64_t end, F&& f) const {
      for (uint32_t i = group.first_rule[pattern]; i < group.first_rule[pattern + 1]; ++i)
        if ((wanted[i].sources >> static_cast<unsigned>(source) & 1) != 0 && end <= wanted[i].reach)
          f(group.rules[i]);
    }
  };
  using PayloadGroups =
      std::array<std::unique_ptr<PayloadGroup>, static_cast<size_t>(Search::kCount)>;

  static Result<std::unique_ptr<Prefilter>> create(const RuleSet& rules,
                                                   const std::string& cache_folder);

  // Groups (nullptr: none) for payload and streams of this kind.
  const PayloadGroups& payload_groups(Transport transport, inspect::Direction direction) const {
    return payload_[static_cast<size_t>(transport)][inspect::index(direction)];
  }
  // Rules that are not searched for, for packets of this kind.
  struct PlainRules {
    PortRules all;           // those that any packet may match
    PortRules with_payload;  // those that ask something of the payload or stream
  };
  const PlainRules& plain_rules(Transport transport) const {
    return plain_packet_[static_cast<size_t>(transport)];
  }
  std::span<const uint32_t> header_only_rules() const { return header_only_; }

  // The same for transactions.
  struct SlotGroup {
    uint16_t slot;
    RuleGroup group;
  };
  struct TxPlan {                           // of one protocol and direction
    std::vector<const SlotGroup*> slots;    // of buffers that are whole once they are there
    std::vector<const SlotGroup*> growing;  // of those that come bit by bit, or at any time
    std::vector<uint32_t> plain_rules;
    bool empty() const { return slots.empty() && growing.empty() && plain_rules.empty(); }
  };
  const TxPlan& tx_plan(inspect::AppProtocol protocol, inspect::Direction direction) const {
    return tx_plans_[static_cast<size_t>(protocol)][inspect::index(direction)];
  }
  Result<void> prepare(PatternScratch& scratch) const;
  bool from_cache() const { return from_cache_; }
  const std::string& cache_path() const { return cache_path_; }

 private:
  void add_plain(const RuleSet& rules, uint32_t place, Transport transport);
  void sort_packet_rules(const RuleSet& rules);
  void sort_tx_rules(const RuleSet& rules);
  Result<void> build(const RuleSet& rules, const std::string& cache_folder);

  std::array<std::array<PayloadGroups, 2>, static_cast<size_t>(Transport::kCount)> payload_;
  std::array<PlainRules, static_cast<size_t>(Transport::kCount)> plain_packet_;
  std::vector<uint32_t> header_only_;
  std::vector<std::unique_ptr<SlotGroup>> slots_;
  std::vector<std::vector<uint32_t>> slot_rules_;
  std::array<std::array<TxPlan, 2>, static_cast<size_t>(inspect::AppProtocol::kCount)> tx_plans_;
  bool from_cache_ = false;
  std::string cache_path_;
};

}  // namespace picket::detect::suricata
