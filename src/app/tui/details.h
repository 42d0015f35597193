// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "app/tui/cell_text.h"
#include "app/tui/glyphs.h"
#include "app/tui/screen.h"
#include "view/frame.h"

namespace picket::app::tui {

class Model;

// One line of the details pane: a label (empty: it goes on from the line above) and what it says.
struct DetailLine {
  CellText label, text;
  Tone tone = Tone::kPlain;
};
constexpr int kDetailLabelCells = 13;

// Everything known of one connection, its process and that process' parents and other connections,
// in lines of at most `width` cells (label included). `now` gives the ages. Pure.
std::vector<DetailLine> describe(const view::FlowDetails& details, WallTime now, int width,
                                 const Glyphs& glyphs);

// The details pane of this model: of the row under the cursor, or what to do to get one.
std::vector<DetailLine> detail_lines(const Model& model);

}  // namespace picket::app::tui
