// SPDX-License-Identifier: Apache-2.0
#include "app/tui/layout.h"

#include <algorithm>

namespace picket::app::tui {

Layout Layout::of(int width, int height, int banner_lines, bool details_open) {
  Layout layout;
  if (width < kWidthMin || height < kHeightMin) {
    layout.too_small = true;
    return layout;
  }
  // Status, two headings, the flows' title and the footer are always there.
  constexpr int kFixedLines = 5;
  layout.banner_lines =
      std::clamp(banner_lines, 0, std::min(kBannerLinesMax, height - kHeightMin + 1));
  int free = height - kFixedLines - layout.banner_lines;
  if (details_open) {
    layout.details_lines = std::clamp(free * 2 / 5, 2, 24);
    free -= layout.details_lines + 1;
  }
  layout.groups_lines = std::clamp(free * 3 / 8, std::min(2, free - 1), 16);
  layout.flows_lines = std::max(free - layout.groups_lines, 1);

  int y = layout.banner_y + layout.banner_lines;
  layout.groups_heading_y = y++;
  layout.groups_y = y;
  y += layout.groups_lines;
  layout.flows_title_y = y++;
  layout.flows_heading_y = y++;
  layout.flows_y = y;
  y += layout.flows_lines;
  if (details_open) {
    layout.details_title_y = y++;
    layout.details_y = y;
    y += layout.details_lines;
  }
  layout.footer_y = height - 1;
  return layout;
}

}  // namespace picket::app::tui
