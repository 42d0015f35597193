// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <gtest/gtest.h>

namespace picket {
namespace {

constexpr int64_t kSecond = static_cast<int64_t>(kNsPerSecond);

TEST(Rfc3339, WritesUtcWithMicroseconds) {
  EXPECT_EQ(rfc3339(WallTime{0}), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(rfc3339(WallTime{1'767'323'045 * kSecond + 678'901'999}),
            "2026-01-02T03:04:05.678901Z");
  EXPECT_EQ(rfc3339(WallTime{951'782'400 * kSecond}), "2000-02-29T00:00:00.000000Z");
  // Before 1970 the fraction still counts forward.
  EXPECT_EQ(rfc3339(WallTime{-1}), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(rfc3339(WallTime{-kSecond}), "1969-12-31T23:59:59.000000Z");
  EXPECT_EQ(rfc3339(WallTime{INT64_MAX}), "2262-04-11T23:47:16.854775Z");
  EXPECT_EQ(rfc3339(WallTime{INT64_MIN}), "1677-09-21T00:12:43.145224Z");
}

TEST(Rfc3339, ReadsBackWhatItWrote) {
  for (const int64_t microseconds :
       {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{1'767'323'045'678'901},
        int64_t{9'223'372'035'000'000}, int64_t{-9'223'372'035'000'000}}) {
    const WallTime time{microseconds * 1000};
    EXPECT_EQ(parse_rfc3339(rfc3339(time)), time) << microseconds;
  }
}

TEST(Rfc3339, ReadsOtherFractions) {
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:01Z"), WallTime{kSecond});
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:01.5Z"), WallTime{kSecond + kSecond / 2});
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00.123456789Z"), WallTime{123'456'789});
  EXPECT_EQ(parse_rfc3339("1972-06-30T23:59:60Z"),
            parse_rfc3339("1972-07-01T00:00:00Z"));  // leap second
  EXPECT_EQ(parse_rfc3339("1972-02-29T00:00:00Z"),
            WallTime{(365 * 2 + 31 + 28) * 86'400 * kSecond});
}

TEST(Rfc3339, RefusesAnythingElse) {
  for (const char* text : {"",
                           "1970-01-01",
                           "1970-01-01T00:00:00",
                           "1970-01-01T00:00:00+00:00",
                           "1970-01-01 00:00:00Z",
                           "1970-01-01T00:00:00.Z",
                           "1970-01-01T00:00:00.1234567890Z",
                           "1970-13-01T00:00:00Z",
                           "1970-00-01T00:00:00Z",
                           "1970-01-32T00:00:00Z",
                           "1970-01-01T24:00:00Z",
                           "1970-01-01T00:60:00Z",
                           "1970-01-01T00:00:61Z",
                           "70-01-01T00:00:00Z",
                           "-970-01-01T00:00:00Z",
                           "1970-01-01T00:00:00Zx",
                           "1970-02-29T00:00:00Z",
                           "1970-04-31T00:00:00Z",
                           "9999-01-01T00:00:00Z",
                           "0001-01-01T00:00:00Z",
                           "1970-01-01T00:00:00z"})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
}

class SetClock final : public Clock {
 public:
  MonoTime mono() const override { return MonoTime{10'000}; }
  WallTime wall() const override { return WallTime{1'000'000}; }
};

TEST(Clock, InstantsOfThisBootInWallTime) {
  const SetClock clock;
  EXPECT_EQ(clock.wall_at(MonoTime{10'000}), WallTime{1'000'000});
  EXPECT_EQ(clock.wall_at(MonoTime{9'000}), WallTime{999'000});
  EXPECT_EQ(clock.wall_at(MonoTime{11'000}), WallTime{1'001'000});
}

TEST(Clock, SystemClockGoesForward) {
  const MonoTime first = system_clock().mono();
  EXPECT_LE(first, system_clock().mono());
  EXPECT_GT(system_clock().wall(), WallTime{1'577'836'800 * kSecond});  // past 2020
}

TEST(NsBetween, IsNeverNegative) {
  EXPECT_EQ(ns_between(MonoTime{3}, MonoTime{10}), 7u);
  EXPECT_EQ(ns_between(MonoTime{10}, MonoTime{3}), 0u);
  EXPECT_EQ(ns_between(MonoTime{0}, MonoTime{UINT64_MAX}), UINT64_MAX);
}

}  // namespace
}  // namespace picket
