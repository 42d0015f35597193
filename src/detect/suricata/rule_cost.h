// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "base/clock.h"

namespace picket::detect::suricata {

// What a rule cost an engine: how often it was evaluated once the prefilter had let it through (a
// transaction that is looked at again counts again), how often it matched, and how long that took
// in all. Searching for patterns is shared by all rules and counted for none.
struct RuleCost {
  uint64_t evaluated = 0, matched = 0, ns = 0;
};

// The costs of all rules of one engine, by their place in the rule set. Of one thread.
class RuleCosts {
 public:
  RuleCosts(size_t rules, const Clock& clock) : costs_(rules), clock_(clock) {}
  const RuleCost& of(size_t place) const { return costs_[place]; }
  void matched(size_t place) { ++costs_[place].matched; }

  // Measures one evaluation as long as it lives; nothing where nobody asked (nullptr).
  class Evaluation {
   public:
    Evaluation(RuleCosts* costs, size_t place) : costs_(costs), place_(place) {
      if (costs_ != nullptr) begin_ = costs_->clock_.mono();
    }
    ~Evaluation() {
      if (costs_ == nullptr) return;
      RuleCost& cost = costs_->costs_[place_];
      ++cost.evaluated;
      cost.ns += ns_between(begin_, costs_->clock_.mono());
    }
    Evaluation(const Evaluation&) = delete;
    Evaluation& operator=(const Evaluation&) = delete;

   private:
    RuleCosts* const costs_;
    const size_t place_;
    MonoTime begin_;
  };

 private:
  std::vector<RuleCost> costs_;
  const Clock& clock_;
};

}  // namespace picket::detect::suricata
