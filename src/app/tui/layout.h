// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace picket::app::tui {

constexpr int kWidthMin = 60, kHeightMin = 12;
constexpr int kBannerLinesMax = 3;

// Which lines of the window hold what; depends on the window alone (and on what is open), never on
// how many rows there are, so that nothing moves while one reads. y counts from the top.
struct Layout {
  bool too_small = false;
  int banner_y = 1, banner_lines = 0;
  int groups_heading_y = 0, groups_y = 0, groups_lines = 0;  // the first line is "all"
  int flows_title_y = 0, flows_heading_y = 0, flows_y = 0, flows_lines = 0;
  int details_title_y = 0, details_y = 0, details_lines = 0;  // 0 lines: closed
  int footer_y = 0;

  static Layout of(int width, int height, int banner_lines, bool details_open);
};

}  // namespace picket::app::tui
