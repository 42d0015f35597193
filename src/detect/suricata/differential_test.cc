// SPDX-License-Identifier: Apache-2.0
// The prefilter may leave out no rule that would match: the engine with it and the plain engine,
// which evaluates every rule, must agree on anything. suricata_prefilter_fuzz.cc asks the same.
#include <gtest/gtest.h>

#include <random>

#include "detect/suricata/random_rules_for_tests.h"

namespace picket::detect::suricata {
namespace {

using namespace for_tests;

TEST(SuricataPrefilter, LeavesOutNothingThatWouldMatch) {
  size_t matched = 0;
  for (unsigned seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    const std::string rules = some_rules(random, 60);
    Feed fast(rules, {"packet-alert-max=1000"}),
        plain(rules, {"packet-alert-max=1000"}, Engine::Candidates::kAll);
    for (int i = 0; i < 30; ++i) {
      const auto [a, b] = some_traffic(random, fast, plain);
      ASSERT_EQ(a, b) << "seed " << seed << " step " << i << "\n" << rules;
      matched += a.size();
    }
  }
  EXPECT_GT(matched, 1000u);  // or it says nothing
}

}  // namespace
}  // namespace picket::detect::suricata
