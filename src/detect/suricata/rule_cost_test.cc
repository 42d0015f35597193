// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/rule_cost.h"

#include <gtest/gtest.h>

#include "detect/suricata/engine_for_tests.h"

namespace picket::detect::suricata {
namespace {

using for_tests::Feed;

// Each look at it takes a nanosecond.
struct TickingClock final : Clock {
  MonoTime mono() const override { return {++ticks}; }
  WallTime wall() const override { return {}; }
  mutable uint64_t ticks = 0;
};

// What the rule of that sid cost.
RuleCost cost_of(const Feed& feed, const RuleCosts& costs, uint32_t sid) {
  const auto& rules = feed.engine->rules().rules;
  for (size_t i = 0; i < rules.size(); ++i)
    if (rules[i].facts.sid == sid) return costs.of(i);
  ADD_FAILURE() << "no rule " << sid;
  return {};
}

TEST(SuricataRuleCost, CountsWhatThePrefilterLetThrough) {
  Feed feed(
      "alert tcp any any -> any any (content:\"needle\"; sid:1;)\n"
      "alert tcp any any -> any any (content:\"needle\"; content:\"thread\"; sid:2;)\n"
      "alert tcp any any -> any any (dsize:>0; sid:3;)\n"
      "alert http any any -> any any (http.uri; content:\"/needle\"; sid:4;)\n");
  const TickingClock clock;
  RuleCosts costs(feed.engine->rules().rules.size(), clock);
  feed.engine->measure(&costs);
  feed.packet("nothing here");
  feed.packet("a needle");
  feed.transaction(inspect::AppProtocol::kHttp).put("http.uri", "/needle").done();
  feed.look();
  EXPECT_EQ(cost_of(feed, costs, 1).evaluated, 1u);
  EXPECT_EQ(cost_of(feed, costs, 1).matched, 1u);
  EXPECT_EQ(cost_of(feed, costs, 1).ns, 1u);
  EXPECT_EQ(cost_of(feed, costs, 2).matched, 0u);
  EXPECT_EQ(cost_of(feed, costs, 3).evaluated, 3u);
  EXPECT_EQ(cost_of(feed, costs, 3).matched, 2u);
  EXPECT_EQ(cost_of(feed, costs, 4).matched, 1u);
  feed.engine->measure(nullptr);
  feed.packet("a needle");
  EXPECT_EQ(cost_of(feed, costs, 1).evaluated, 1u);
}

}  // namespace
}  // namespace picket::detect::suricata
