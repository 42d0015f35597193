// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/port_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace picket::detect::suricata {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

std::vector<uint32_t> found(const PortRules& rules, uint16_t source, uint16_t destination) {
  std::vector<uint32_t> all;
  rules.visit(source, destination, [&](uint32_t rule) { all.push_back(rule); });
  return all;
}

TEST(PortRules, FindsRulesByTheNarrowerSide) {
  const PortSet high = PortSet::of(1024, 65535), dns = PortSet::of(53, 53);
  PortRules rules;
  rules.add(1, nullptr, nullptr);
  rules.add(2, nullptr, &dns);
  rules.add(3, &dns, &high);
  rules.add(4, &high, nullptr);
  rules.finish();
  EXPECT_THAT(found(rules, 40000, 53), UnorderedElementsAre(1, 2, 4));
  EXPECT_THAT(found(rules, 53, 40000), UnorderedElementsAre(1, 3));
  EXPECT_THAT(found(rules, 65535, 80), UnorderedElementsAre(1, 4));
  EXPECT_THAT(found(rules, 0, 0), ElementsAre(1));
  std::vector<uint32_t> all;
  rules.visit_all([&](uint32_t rule) { all.push_back(rule); });
  EXPECT_THAT(all, UnorderedElementsAre(1, 2, 3, 4));
}

TEST(PortRules, LeavesOutNoRuleThatWouldMatch) {
  std::mt19937 random(7);
  const auto port = [&] { return static_cast<uint16_t>(random() % 5 * 16384 + random() % 3); };
  std::vector<std::pair<PortSet, PortSet>> sets;
  for (int i = 0; i < 200; ++i) {
    PortSet sides[2];
    for (PortSet& side : sides) {
      for (size_t n = 0; n <= random() % 3; ++n) {
        const uint16_t a = port(), b = port();
        side.add(PortSet::of(std::min(a, b), std::max(a, b)));
      }
      if (random() % 4 == 0) side = side.complement();
    }
    sets.emplace_back(sides[0], sides[1]);
  }
  PortRules rules;
  for (uint32_t i = 0; i < sets.size(); ++i) rules.add(i, &sets[i].first, &sets[i].second);
  rules.finish();
  for (int n = 0; n < 500; ++n) {
    const uint16_t source = port(), destination = port();
    const std::vector<uint32_t> told = found(rules, source, destination);
    for (uint32_t i = 0; i < sets.size(); ++i)
      if (sets[i].first.contains(source) && sets[i].second.contains(destination)) {
        EXPECT_EQ(std::count(told.begin(), told.end(), i), 1) << i;
      }
  }
}

}  // namespace
}  // namespace picket::detect::suricata
