// SPDX-License-Identifier: Apache-2.0
#include "base/counter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <thread>
#include <vector>

namespace picket {
namespace {

[[maybe_unused]] Counter named_last{"test.z_later", "registered first, named last"};
[[maybe_unused]] Counter named_first{"test.a_first", "registered second, named first"};

TEST(Counter, AddsAndSets) {
  static Counter counter{"test.adds", "counted by this test"};
  const uint64_t before = counter.value();
  counter.add();
  counter.add(41);
  EXPECT_EQ(counter.value(), before + 42);
  counter.set(7);
  EXPECT_EQ(counter.value(), 7u);
  EXPECT_EQ(counter.name(), "test.adds");
  EXPECT_EQ(counter.meaning(), "counted by this test");
}

TEST(Counter, AllAreVisitedInOrderOfName) {
  std::vector<std::string> names;
  Counter::visit_all([&](const Counter& counter) { names.emplace_back(counter.name()); });
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_EQ(std::count(names.begin(), names.end(), "test.a_first"), 1);
  EXPECT_EQ(std::count(names.begin(), names.end(), "test.z_later"), 1);
}

TEST(Counter, NothingIsLostBetweenThreads) {
  static Counter counter{"test.threads", "counted by several threads"};
  const uint64_t before = counter.value();
  constexpr uint64_t kEach = 100'000;
  {
    const auto add = [] {
      for (uint64_t n = 0; n < kEach; ++n) counter.add();
    };
    const std::array<std::jthread, 4> threads{std::jthread(add), std::jthread(add),
                                              std::jthread(add), std::jthread(add)};
  }
  EXPECT_EQ(counter.value(), before + 4 * kEach);
}

}  // namespace
}  // namespace picket
