// SPDX-License-Identifier: Apache-2.0
#include "flow/slot_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <random>

#include "flow/text_pool.h"
#include "flow/traffic.h"

namespace picket::flow {
namespace {

TEST(SlotIndex, AgreesWithAMapThroughInsertsAndErases) {
  SlotIndex index;
  std::map<uint32_t, uint64_t> plain;  // slot -> hash
  std::mt19937 random(7);              // the same run every time
  for (uint32_t i = 0; i < 20'000; ++i) {
    const auto slot = static_cast<uint32_t>(random() % 500);
    if (const auto found = plain.find(slot); found != plain.end()) {
      index.erase(found->second, slot);
      plain.erase(found);
    } else {
      const uint64_t hash = random() % 40;  // many collisions
      index.insert(hash, slot);
      plain.emplace(slot, hash);
    }
    if (i % 100 != 0) continue;
    ASSERT_EQ(index.size(), plain.size());
    for (const auto& [wanted, hash] : plain)
      ASSERT_EQ(index.find(hash, [w = wanted](uint32_t s) { return s == w; }), wanted);
  }
}

TEST(TextPool, KeepsATextWhileItIsHeld) {
  TextPool pool;
  const TextId one = pool.acquire("nginx");
  EXPECT_EQ(pool.acquire("nginx"), one);
  EXPECT_EQ(pool.acquire(""), kNoText);
  pool.release(one);
  EXPECT_EQ(pool.text(one), "nginx");
  pool.release(one);
  EXPECT_EQ(pool.size(), 0u);
  EXPECT_EQ(pool.acquire("curl"), one) << "the number is used again";
}

TEST(TrafficRing, ForgetsWhatIsOlderThanItsLength) {
  TrafficRing ring;
  ring.add(1, 10, 0);
  ring.add(3, 30, 5);
  uint32_t history[kHistoryWindows] = {};
  ring.add_to(3, history);
  EXPECT_EQ(history[kHistoryWindows - 1], 35u);
  EXPECT_EQ(history[kHistoryWindows - 2], 0u);
  EXPECT_EQ(history[kHistoryWindows - 3], 10u);
  EXPECT_DOUBLE_EQ(ring.in_per_s(3), 30);
  EXPECT_DOUBLE_EQ(ring.in_per_s(4), 0);
  EXPECT_DOUBLE_EQ(ring.mean(3, 5), 9);
  ring.add(200, 1, 1);
  std::fill(std::begin(history), std::end(history), 0);
  ring.add_to(200, history);
  uint64_t sum = 0;
  for (const uint32_t value : history) sum += value;
  EXPECT_EQ(sum, 2u);
  EXPECT_FALSE(ring.quiet(259));
  EXPECT_TRUE(ring.quiet(260));
}

TEST(TrafficGroups, AreBoundedAndForgottenOnceQuiet) {
  TrafficGroups<int> groups(2);
  const uint32_t one = groups.add(1), two = groups.add(2);
  EXPECT_EQ(groups.add(3), kNoSlot);
  groups.hold(one);
  groups.carry(two, {100, 0});
  groups.roll(1, 1);
  std::vector<int> gone;
  groups.forget(60, [&](int key) { gone.push_back(key); });
  EXPECT_TRUE(gone.empty());
  groups.forget(61, [&](int key) { gone.push_back(key); });
  EXPECT_EQ(gone, std::vector<int>{2});
  EXPECT_EQ(groups.add(3), two);
}

}  // namespace
}  // namespace picket::flow
