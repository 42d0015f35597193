// SPDX-License-Identifier: Apache-2.0
#include "inspect/app/settings.h"

#include <gtest/gtest.h>

namespace picket::inspect {
namespace {

TEST(Settings, ReadsSizesWithUnitsAndFallsBackOnNonsense) {
  Settings settings;
  EXPECT_TRUE(settings.set("a=100kb"));
  EXPECT_TRUE(settings.set("b=1 MiB"));
  EXPECT_TRUE(settings.set("c=12"));
  EXPECT_TRUE(settings.set("d=12 apples"));
  EXPECT_TRUE(settings.set("e=99999999999gb"));
  EXPECT_FALSE(settings.set("novalue"));
  EXPECT_FALSE(settings.set("=x"));
  EXPECT_EQ(settings.number("a", 0), 102400u);
  EXPECT_EQ(settings.number("b", 0), 1048576u);
  EXPECT_EQ(settings.number("c", 0), 12u);
  EXPECT_EQ(settings.number("d", 7), 7u);
  EXPECT_EQ(settings.number("e", 7), 7u);
  EXPECT_EQ(settings.number("none", 7), 7u);
}

TEST(Settings, ReadsFlagsInAllSpellings) {
  Settings settings;
  settings.set("on", "Yes");
  settings.set("off", "disabled");
  settings.set("odd", "auto");
  EXPECT_TRUE(settings.flag("on", false));
  EXPECT_FALSE(settings.flag("off", true));
  EXPECT_TRUE(settings.flag("odd", true));
  EXPECT_FALSE(settings.flag("odd", false));
}

TEST(Settings, VisitsOnlyWhatBeginsSo) {
  Settings settings;
  settings.set("vars.a", "1");
  settings.set("vars.b", "2");
  settings.set("varsity", "3");
  std::string seen;
  settings.visit("vars.", [&](std::string_view key, std::string_view) { seen += key; });
  EXPECT_EQ(seen, "vars.avars.b");
}

}  // namespace
}  // namespace picket::inspect
