// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "app/tui/cell_text.h"
#include "app/tui/screen.h"
#include "view/frame.h"

namespace picket::app::tui {

struct BannerLine {
  CellText text;
  Tone tone = Tone::kWarning;
};

// What must be said above everything else, most important first: the self-test failed, not all is
// seen yet, what this mode may miss. Nothing when all is well. At most kBannerLinesMax lines of
// `width` cells; what does not fit is cut. Pure.
std::vector<BannerLine> banner_lines(const view::Status& status, bool known, int width, bool ascii);

}  // namespace picket::app::tui
