// SPDX-License-Identifier: Apache-2.0
#include "view/units.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace picket::view {
namespace {

TEST(Units, BytesAreShort) {
  EXPECT_EQ(short_bytes(0), "0");
  EXPECT_EQ(short_bytes(212), "212");
  EXPECT_EQ(short_bytes(1023), "1023");
  EXPECT_EQ(short_bytes(1024), "1.0 K");
  EXPECT_EQ(short_bytes(1126), "1.1 K");
  EXPECT_EQ(short_bytes(88 * 1024), "88.0 K");
  EXPECT_EQ(short_bytes(512 * 1024), "512 K");
  EXPECT_EQ(short_bytes(2'202'010), "2.1 M");
  EXPECT_EQ(short_bytes(UINT64_MAX), "16.0 E");
}

TEST(Units, BytesRoundIntoTheNextUnitAndNeverGrowWide) {
  EXPECT_EQ(short_bytes(1024 * 1024 - 1), "1.0 M");
  EXPECT_EQ(short_bytes(uint64_t{1024} * 1024 * 1024 - 1), "1.0 G");
  EXPECT_EQ(short_bytes(102'348), "99.9 K");
  EXPECT_EQ(short_bytes(102'350), "100 K");
  for (unsigned bit = 0; bit < 64; ++bit)
    for (uint64_t near : {(uint64_t{1} << bit) - 1, uint64_t{1} << bit, uint64_t{999} << bit >> 10})
      EXPECT_LE(short_bytes(near).size(), 6u) << near;
}

TEST(Units, RatesTakeWhateverComes) {
  EXPECT_EQ(short_rate(0), "0");
  EXPECT_EQ(short_rate(-3), "0");
  EXPECT_EQ(short_rate(std::nan("")), "0");
  EXPECT_EQ(short_rate(std::numeric_limits<double>::infinity()), "0");
  EXPECT_EQ(short_rate(0.2), "<1");
  EXPECT_EQ(short_rate(1.4), "1");
  EXPECT_EQ(short_rate(2'202'010.0), "2.1 M");
  EXPECT_EQ(short_rate(1e300), "8.0 E");
}

TEST(Units, NumbersAreGrouped) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(2114), "2,114");
  EXPECT_EQ(grouped(1'000'000), "1,000,000");
  EXPECT_EQ(grouped(UINT64_MAX), "18,446,744,073,709,551,615");
}

TEST(Units, AgesUseTheLargestUnit) {
  EXPECT_EQ(short_age(0), "0s");
  EXPECT_EQ(short_age(59 * kNsPerSecond + 999), "59s");
  EXPECT_EQ(short_age(60 * kNsPerSecond), "1m");
  EXPECT_EQ(short_age(3599 * kNsPerSecond), "59m");
  EXPECT_EQ(short_age(86'399 * kNsPerSecond), "23h");
  EXPECT_EQ(short_age(uint64_t{86'400} * 400 * kNsPerSecond), "400d");
}

TEST(Units, AgeOfWhatIsStillToComeIsNothing) {
  EXPECT_EQ(short_age(WallTime{10}, WallTime{5}), "0s");
  EXPECT_EQ(short_age(WallTime{5}, WallTime{5 + 4 * static_cast<int64_t>(kNsPerSecond)}), "4s");
  EXPECT_EQ(short_age(WallTime{INT64_MIN}, WallTime{INT64_MAX}), "213503d");
}

TEST(Units, Times) {
  const WallTime time{1'767'323'045'678'901'234};
  EXPECT_EQ(rfc3339_seconds(time), "2026-01-02T03:04:05Z");
  EXPECT_EQ(clock_time(time), "03:04:05Z");
}

}  // namespace
}  // namespace picket::view
