// SPDX-License-Identifier: Apache-2.0
#include "app/tui/banner.h"

#include <algorithm>

#include "app/tui/glyphs.h"
#include "app/tui/layout.h"

namespace picket::app::tui {

std::vector<BannerLine> banner_lines(const view::Status& status, bool known, int width,
                                     bool ascii) {
  std::vector<BannerLine> lines;
  if (!known || width < kWidthMin) return lines;
  // One paragraph may take two lines, so that a long one does not push out the next.
  const auto say = [&](const std::string& text, Tone tone) {
    auto wrapped = wrap(cell_text(text, ascii), static_cast<size_t>(width - 2));
    for (size_t i = 0; i < std::min<size_t>(wrapped.size(), 2); ++i) {
      if (lines.size() >= static_cast<size_t>(kBannerLinesMax)) return;
      if (i == 1 && wrapped.size() > 2)
        wrapped[1] = cut(wrapped[1] + U"  ", static_cast<size_t>(width - 3), U' ') +
                     Glyphs::of(ascii).ellipsis;
      lines.push_back({wrapped[i], tone});
    }
  };
  const bool failed =
      status.self_test != "passed" && status.self_test != "pending" && !status.self_test.empty();
  if (failed)
    say("SELF-TEST FAILED: " + status.self_test +
            ". What is shown below may be wrong; see picket doctor.",
        Tone::kAlarm);
  if (!status.ready)
    say("Starting: what is open already is being listed; not everything is seen yet.",
        Tone::kWarning);
  if (!status.mode_note.empty()) say(status.mode + ": " + status.mode_note, Tone::kWarning);
  return lines;
}

}  // namespace picket::app::tui
