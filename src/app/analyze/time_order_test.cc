// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/time_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "base/counter.h"

namespace picket::app::analyze {
namespace {

struct Delivered {
  std::string text;
  TimeOrder::Deliver deliver() {
    return [this](Item::Kind, std::string_view bytes) { text += bytes; };
  }
};

void add(TimeOrder& order, int64_t time, std::string_view text) {
  Batch batch;
  batch.bytes = text;
  batch.items.push_back(
      {Item::Kind::kActivity, WallTime{time}, 0, static_cast<uint32_t>(text.size())});
  order.add(batch, batch.items[0]);
}

uint64_t early() { return Counter::value_of("analyze.delivered_early"); }

TEST(TimeOrder, DeliversByTimeAndEqualTimesByArrival) {
  Delivered delivered;
  TimeOrder order(delivered.deliver());
  add(order, 5, "c");
  add(order, 1, "a");
  add(order, 5, "d");
  add(order, -1, "0");
  add(order, 3, "b");
  EXPECT_EQ(delivered.text, "");
  order.finish();
  EXPECT_EQ(delivered.text, "0abcd");
  EXPECT_EQ(order.waiting(), 0u);
}

TEST(TimeOrder, PastItsBoundTheOlderHalfGoesEarlyAndIsCounted) {
  Delivered delivered;
  const uint64_t before = early();
  TimeOrder order(delivered.deliver(), 4 * (1 + 48));
  for (int i = 0; i < 9 && delivered.text.empty(); ++i)
    add(order, 100 - i, std::string(1, static_cast<char>('a' + i)));
  const size_t first = delivered.text.size();
  ASSERT_GT(first, 0u);
  EXPECT_EQ(early(), before + first);
  EXPECT_TRUE(std::ranges::is_sorted(delivered.text, std::greater{}))
      << "the newest letters are oldest";
  const size_t waiting = order.waiting();
  order.finish();
  EXPECT_EQ(delivered.text.size(), first + waiting);
}

TEST(TimeOrder, LongItemsHaveRoom) {
  Delivered delivered;
  TimeOrder order(delivered.deliver());
  const std::string big(3'000'000, 'x');
  add(order, 2, big);
  add(order, 1, "a");
  add(order, 3, "z");
  order.finish();
  EXPECT_EQ(delivered.text, "a" + big + "z");
}

}  // namespace
}  // namespace picket::app::analyze
