// SPDX-License-Identifier: Apache-2.0
#include "sensor/fallback/fallback_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/counter.h"
#include "sensor/fallback/live_sockets.h"

namespace picket::sensor::fallback {
namespace {

TEST(FallbackSource, SaysWhatItIs) {
  auto source = FallbackSource::create();
  ASSERT_TRUE(source);
  EXPECT_EQ((*source)->mode(), "fallback");
  EXPECT_EQ((*source)->poll_descriptor(), -1);
  EXPECT_EQ((*source)->poll_interval_ms(), kIntervalMs);
  EXPECT_EQ((*source)->counters(), nullptr);
  EXPECT_THAT((*source)->mode_note(), testing::HasSubstr("may be missing"));
}

TEST(FallbackSource, DeliversNoMoreThanAskedAndLooksNoSoonerThanDue) {
  ManualClock clock;
  auto source = FallbackSource::create({.clock = &clock, .cpu_ns = [] { return uint64_t{0}; }});
  ASSERT_TRUE(source);
  UniqueFd one = bound_socket(AF_INET, SOCK_DGRAM, "127.0.0.1");
  UniqueFd two = bound_socket(AF_INET, SOCK_DGRAM, "127.0.0.1");
  size_t delivered = 0;
  auto count = [&](event::Observation&&) { ++delivered; };
  EXPECT_EQ(*(*source)->drain(count, 1), 1u);
  EXPECT_EQ((*source)->poll_interval_ms(), 0);  // more is waiting
  while (*(*source)->drain(count, 1) == 1) {
  }
  EXPECT_GE(delivered, 3u);  // two sockets and this process
  EXPECT_EQ((*source)->poll_interval_ms(), kIntervalMs);

  UniqueFd three = bound_socket(AF_INET, SOCK_DGRAM, "127.0.0.1");
  clock.now.ns += 500 * kNsPerMs;
  EXPECT_EQ(*(*source)->drain(count, 100), 0u);
  clock.now.ns += 450 * kNsPerMs;  // a timer that came a little early
  EXPECT_GE(*(*source)->drain(count, 100), 1u);
}

TEST(FallbackSource, IntervalStretchesWithTheCostOfLooking) {
  ManualClock clock;
  uint64_t spent = 0;
  auto busy = [&] { return spent += 200 * kNsPerMs; };  // every look costs 200 ms of CPU
  auto source = FallbackSource::create({.clock = &clock, .cpu_ns = busy});
  ASSERT_TRUE(source);
  uint64_t before = Counter::value_of("sensor.fallback.interval_stretched");
  Watcher watcher;
  for (int look = 0; look < 20; ++look) {
    watcher.drain(**source);
    clock.now.ns += static_cast<uint64_t>(kIntervalMaxMs) * kNsPerMs;
  }
  int interval = (*source)->poll_interval_ms();
  EXPECT_GT(interval, 3900);  // 200 ms are 5 % of 4 s
  EXPECT_LE(interval, 4000);
  EXPECT_GT(Counter::value_of("sensor.fallback.interval_stretched"), before);
}

TEST(FallbackSource, OwnersMayComeFromElsewhere) {
  ManualClock clock;
  int scans = 0;
  auto collect = [&] {
    ++scans;
    return SocketOwners{};  // of one who may see nothing
  };
  UniqueFd open = bound_socket(AF_INET, SOCK_DGRAM, "127.0.0.1");
  auto source = FallbackSource::create({.clock = &clock, .collect_owners = collect});
  ASSERT_TRUE(source);
  Watcher watcher;
  watcher.drain(**source);
  EXPECT_EQ(scans, 1);
  ASSERT_TRUE(watcher.of(open));
  EXPECT_EQ(watcher.of(open)->owner_class, event::OwnerClass::kHidden);
  EXPECT_THAT((*source)->mode_note(), testing::HasSubstr("owners of"));
}

TEST(FallbackSource, NamespacesAreBounded) {
  auto source = FallbackSource::create();
  ASSERT_TRUE(source);
  uint64_t before = Counter::value_of("sensor.fallback.namespaces_over_limit");
  for (uint32_t inode = 1; inode < kNamespacesMax; ++inode) {
    ASSERT_TRUE((*source)->add_namespace(UniqueFd(), inode, "/nonexistent"));
  }
  EXPECT_FALSE((*source)->add_namespace(UniqueFd(), kNamespacesMax, "/nonexistent"));
  EXPECT_EQ(Counter::value_of("sensor.fallback.namespaces_over_limit"), before + 1);
}

TEST(FallbackSource, SocketLimitIsCounted) {
  UniqueFd one = bound_socket(AF_INET, SOCK_DGRAM, "127.0.0.1");
  UniqueFd two = bound_socket(AF_INET, SOCK_DGRAM, "127.0.0.1");
  ManualClock clock;
  auto source = FallbackSource::create({.clock = &clock, .sockets_max = 1});
  ASSERT_TRUE(source);
  uint64_t before = Counter::value_of("sensor.netlink.sockets_over_limit");
  Watcher watcher;
  watcher.drain(**source);
  EXPECT_GT(Counter::value_of("sensor.netlink.sockets_over_limit"), before);
  EXPECT_LE(watcher.sockets.size(), 1u);
}

}  // namespace
}  // namespace picket::sensor::fallback
