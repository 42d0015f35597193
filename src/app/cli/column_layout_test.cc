// SPDX-License-Identifier: Apache-2.0
#include "app/cli/column_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace picket::app::cli {
namespace {

using testing::ElementsAre;

std::vector<size_t> widths(const std::vector<ColumnWidth>& columns) {
  std::vector<size_t> out;
  for (const ColumnWidth& column : columns) out.push_back(column.width);
  return out;
}
std::vector<size_t> indices(const std::vector<ColumnWidth>& columns) {
  std::vector<size_t> out;
  for (const ColumnWidth& column : columns) out.push_back(column.index);
  return out;
}

const std::vector<ColumnNeed> kNeeds{
    {.natural = 40, .good = 20, .least = 10, .worth = 9, .essential = true},
    {.natural = 6, .good = 6, .least = 6, .worth = 1},
    {.natural = 30, .good = 25, .least = 15, .worth = 8, .essential = true},
    {.natural = 12, .good = 12, .least = 8, .worth = 5},
};

TEST(ColumnLayout, NoLimitShowsEverything) {
  EXPECT_THAT(widths(lay_out(kNeeds, 0, 2)), ElementsAre(40, 6, 30, 12));
  EXPECT_THAT(widths(lay_out_all(kNeeds, 0, 2)), ElementsAre(40, 6, 30, 12));
}

TEST(ColumnLayout, RoomForAllIsNatural) {
  EXPECT_THAT(widths(lay_out(kNeeds, 200, 1)), ElementsAre(40, 6, 30, 12));
}

TEST(ColumnLayout, ExtrasMustNotCostTheOthersTheirGoodWidth) {
  EXPECT_THAT(indices(lay_out(kNeeds, 52, 1)), ElementsAre(0, 2));
  // 20 + 25 + 8 and two gaps are 55: before that only the narrower, less worthy one fits.
  EXPECT_THAT(indices(lay_out(kNeeds, 54, 1)), ElementsAre(0, 1, 2));
  EXPECT_THAT(indices(lay_out(kNeeds, 55, 1)), ElementsAre(0, 2, 3));
  EXPECT_THAT(widths(lay_out(kNeeds, 55, 1)), ElementsAre(20, 25, 8));
  EXPECT_THAT(indices(lay_out(kNeeds, 66, 1)), ElementsAre(0, 1, 2, 3));
}

TEST(ColumnLayout, EssentialsShrink) {
  const auto columns = lay_out(kNeeds, 30, 1);
  EXPECT_THAT(indices(columns), ElementsAre(0, 2));
  EXPECT_THAT(widths(columns), ElementsAre(14, 15));  // what is left goes to what is worth more
}

TEST(ColumnLayout, TheOneWorthMostStaysCutIfItMust) {
  const auto columns = lay_out(kNeeds, 4, 1);
  EXPECT_THAT(indices(columns), ElementsAre(0));
  EXPECT_THAT(widths(columns), ElementsAre(4));
}

TEST(ColumnLayout, AllMeansAllEvenTooWide) {
  EXPECT_THAT(widths(lay_out_all(kNeeds, 20, 1)), ElementsAre(10, 6, 15, 8));
  EXPECT_THAT(indices(lay_out_all(kNeeds, 20, 1)), ElementsAre(0, 1, 2, 3));
}

TEST(ColumnLayout, NeverWiderThanAskedAndNeverNarrowerThanLeast) {
  for (size_t width = 10; width <= 120; ++width) {
    const auto columns = lay_out(kNeeds, width, 2);
    size_t total = 2 * (columns.size() - 1);
    for (const ColumnWidth& column : columns) {
      total += column.width;
      EXPECT_GE(column.width, kNeeds[column.index].least);
      EXPECT_LE(column.width, kNeeds[column.index].natural);
    }
    EXPECT_LE(total, width);
  }
}

TEST(ColumnLayout, NothingToShow) {
  EXPECT_TRUE(lay_out({}, 80, 1).empty());
  EXPECT_TRUE(lay_out_all({}, 80, 1).empty());
}

}  // namespace
}  // namespace picket::app::cli
