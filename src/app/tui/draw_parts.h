// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "app/tui/columns.h"
#include "app/tui/glyphs.h"
#include "app/tui/model.h"
#include "app/tui/screen.h"

// The parts of the picture, one function each; draw() puts them together. Pure.
namespace picket::app::tui {

constexpr int kMarkCells = 2;  // before every row: new, closed, stands out

void draw_status(Screen& screen, const Model& model, const Glyphs& glyphs);
void draw_groups(Screen& screen, const Model& model, const Layout& layout, const Glyphs& glyphs);
void draw_flows(Screen& screen, const Model& model, const Layout& layout, const Glyphs& glyphs);
void draw_details(Screen& screen, const Model& model, const Layout& layout, const Glyphs& glyphs);
void draw_footer(Screen& screen, const Model& model, const Glyphs& glyphs);
void draw_help(Screen& screen, const Model& model, const Glyphs& glyphs);
void draw_group_menu(Screen& screen, const Model& model, const Layout& layout,
                     const Glyphs& glyphs);

struct Column {
  std::string_view title;
  ColumnWish wish;
  bool right = false;
};
std::vector<int> fit(std::span<const Column> columns, int room);
// The titles of the columns that are shown, above their cells.
void draw_titles(Screen& screen, int y, std::span<const Column> columns,
                 std::span<const int> widths);
// One row's cells; `cells` as many as columns.
void draw_row(Screen& screen, int y, std::span<const Column> columns, std::span<const int> widths,
              std::span<const CellText> cells, Style style, const Glyphs& glyphs);
// A line across with a title in it; bright where the pane has the keys.
void draw_rule(Screen& screen, int y, const CellText& title, bool focused, const Glyphs& glyphs);

}  // namespace picket::app::tui
