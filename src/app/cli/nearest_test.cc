// SPDX-License-Identifier: Apache-2.0
#include "app/cli/nearest.h"

#include <gtest/gtest.h>

#include <array>

namespace picket::app::cli {
namespace {

constexpr std::array<std::string_view, 5> kWords{"connections", "watch", "run", "doctor",
                                                 "analyze"};

TEST(Nearest, FindsSlips) {
  EXPECT_EQ(nearest("connections", kWords), "connections");
  EXPECT_EQ(nearest("conections", kWords), "connections");
  EXPECT_EQ(nearest("wacth", kWords), "watch");
  EXPECT_EQ(nearest("WATCH", kWords), "watch");
  EXPECT_EQ(nearest("rnu", kWords), "run");
  EXPECT_EQ(nearest("doctr", kWords), "doctor");
  EXPECT_EQ(nearest("conn", kWords), "connections");  // its beginning
}

TEST(Nearest, DoesNotGuessWildly) {
  EXPECT_EQ(nearest("", kWords), "");
  EXPECT_EQ(nearest("x", kWords), "");
  EXPECT_EQ(nearest("frobnicate", kWords), "");
  EXPECT_EQ(nearest("cat", kWords), "");
  EXPECT_EQ(nearest(std::string(kNearestWordMax + 1, 'w'), kWords), "");
  EXPECT_EQ(nearest("watch", std::span<const std::string_view>()), "");
}

TEST(Nearest, LongestWordIsCompared) {
  const std::string longest(kNearestWordMax, 'w');
  const std::array<std::string_view, 1> known{longest};
  std::string slip = longest;
  slip[3] = 'v';
  EXPECT_EQ(nearest(slip, known), longest);
}

TEST(Nearest, Listed) {
  EXPECT_EQ(listed({}), "");
  EXPECT_EQ(listed(std::span(kWords).first(1)), "connections");
  EXPECT_EQ(listed(std::span(kWords).first(3)), "connections, watch and run");
}

}  // namespace
}  // namespace picket::app::cli
