// SPDX-License-Identifier: Apache-2.0
#include "process/boot_time.h"

#include <gtest/gtest.h>

namespace picket::process {
namespace {

class SetClock final : public Clock {
 public:
  MonoTime mono() const override { return MonoTime{mono_ns}; }
  WallTime wall() const override { return WallTime{wall_ns}; }
  uint64_t mono_ns = 100;
  int64_t wall_ns = 1'000'000'000'000;
};

TEST(BootTime, SmallDriftsDoNotMoveAnAnswer) {
  SetClock clock;
  BootTime time(clock);
  const WallTime first = time.wall(uint64_t{50});
  clock.wall_ns += BootTime::kDriftNs / 2;
  EXPECT_EQ(time.wall(uint64_t{50}), first);
  EXPECT_EQ(time.wall(MonoTime{100}).ns, 1'000'000'000'000);
}

TEST(BootTime, ASetClockDoes) {
  SetClock clock;
  BootTime time(clock);
  EXPECT_EQ(time.wall(MonoTime{100}).ns, 1'000'000'000'000);
  clock.wall_ns += 2 * BootTime::kDriftNs;
  EXPECT_EQ(time.wall(MonoTime{100}).ns, clock.wall_ns);
}

}  // namespace
}  // namespace picket::process
