// SPDX-License-Identifier: Apache-2.0
#include "app/tui/columns.h"

#include <gtest/gtest.h>

#include "app/tui/layout.h"

namespace picket::app::tui {
namespace {

TEST(Columns, DropsByRankThenGrows) {
  const ColumnWish wishes[]{{5, 8, 20, 0}, {5, 10, 10, 7}, {5, 10, 10, 9}, {4, 4, 8, 20, true}};
  EXPECT_EQ(fit_columns(wishes, 5), (std::vector<int>{5, 0, 0, 0}));
  EXPECT_EQ(fit_columns(wishes, 11), (std::vector<int>{5, 5, 0, 0}));
  EXPECT_EQ(fit_columns(wishes, 17), (std::vector<int>{5, 5, 5, 0}));
  EXPECT_EQ(fit_columns(wishes, 30), (std::vector<int>{8, 10, 10, 0}));
  EXPECT_EQ(fit_columns(wishes, 35), (std::vector<int>{8, 10, 10, 4}));
  EXPECT_EQ(fit_columns(wishes, 200), (std::vector<int>{20, 10, 10, 8}));
  EXPECT_EQ(fit_columns(wishes, 2), (std::vector<int>{5, 0, 0, 0}));  // the edge cuts
}

TEST(Layout, EveryLineIsUsedOnceAtEverySize) {
  for (int height = kHeightMin; height < 120; ++height) {
    for (int banners = 0; banners <= 4; ++banners) {
      for (bool details : {false, true}) {
        const Layout layout = Layout::of(80, height, banners, details);
        ASSERT_FALSE(layout.too_small);
        EXPECT_LE(layout.banner_lines, kBannerLinesMax);
        EXPECT_GE(layout.groups_lines, 1);
        EXPECT_GE(layout.flows_lines, 1);
        EXPECT_EQ(layout.groups_heading_y, 1 + layout.banner_lines);
        EXPECT_EQ(layout.flows_title_y, layout.groups_y + layout.groups_lines);
        const int end = layout.flows_y + layout.flows_lines;
        EXPECT_EQ(details ? layout.details_title_y : layout.footer_y, end);
        if (details) {
          EXPECT_EQ(layout.details_y + layout.details_lines, layout.footer_y);
        }
        EXPECT_EQ(layout.footer_y, height - 1);
      }
    }
  }
}

TEST(Layout, SaysWhenThereIsNoRoom) {
  EXPECT_TRUE(Layout::of(40, 10, 0, false).too_small);
  EXPECT_TRUE(Layout::of(kWidthMin - 1, 50, 0, false).too_small);
  EXPECT_TRUE(Layout::of(0, 0, 0, true).too_small);
}

}  // namespace
}  // namespace picket::app::tui
