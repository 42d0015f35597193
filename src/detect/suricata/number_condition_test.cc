// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/number_condition.h"

#include <gtest/gtest.h>

namespace picket::detect::suricata {
namespace {

bool meets(std::string_view condition, int64_t value) {
  return NumberCondition::parse(condition).value().matches(value);
}

TEST(SuricataNumberCondition, RangesExcludeTheirEnds) {
  EXPECT_TRUE(meets("1-4", 2));
  EXPECT_FALSE(meets("1-4", 1));
  EXPECT_FALSE(meets("1<>4", 4));
  EXPECT_TRUE(meets("!1-4", 4));
  EXPECT_FALSE(meets("!1-4", 3));
}

TEST(SuricataNumberCondition, ComparesMasksAndUnits) {
  EXPECT_TRUE(meets("=0x13", 19));
  EXPECT_TRUE(meets("!=20", 21));
  EXPECT_FALSE(meets("!20", 20));
  EXPECT_TRUE(meets(">=21", 21));
  EXPECT_FALSE(meets(">21", 21));
  EXPECT_TRUE(meets("&0xc0=0x80", 0x9f));
  EXPECT_FALSE(meets("&0xc0!=0x80", 0x9f));
  EXPECT_TRUE(meets("1kb", 1024));
  EXPECT_TRUE(meets("> 1 MiB", (1 << 20) + 1));
}

TEST(SuricataNumberCondition, NamesStandForNumbers) {
  constexpr NamedNumber kNames[] = {{"text", 1}};
  EXPECT_TRUE(NumberCondition::parse("TEXT", kNames).value().matches(1));
  EXPECT_FALSE(NumberCondition::parse("!text", kNames).value().matches(1));
  EXPECT_FALSE(NumberCondition::parse("other", kNames));
  EXPECT_FALSE(NumberCondition::parse("4-4"));
  EXPECT_FALSE(NumberCondition::parse(""));
}

TEST(NumberCondition, StaysBelowALimitWhenNothingLargerMatches) {
  const auto stays = [](std::string_view text) {
    return NumberCondition::parse(text)->stays_below(16);
  };
  for (const char* below : {"5", "<5", "<16", "<=15", "3<>9", "3<>16"})
    EXPECT_TRUE(stays(below)) << below;
  for (const char* above : {"16", "<17", "<=16", ">5", ">=0", "!3", "3<>20"})
    EXPECT_FALSE(stays(above)) << above;
}

}  // namespace
}  // namespace picket::detect::suricata
