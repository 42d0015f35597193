// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Text as terminal cells. Whatever comes from outside (names, arguments, addresses) becomes a
// CellText here and nowhere else: every code point in it occupies one or two cells, so columns line
// up and nothing in it can steer a terminal, hide, or change the reading direction.
// Free functions without state; any thread.
namespace picket::app::tui {

using CellText = std::u32string;

// Cells that a code point takes on a terminal: 1 or 2; 0 for what must be spelt out (control
// characters, combining and zero-width marks, direction overrides, unassigned code points).
unsigned cell_width(char32_t code_point);
size_t cells(const CellText& text);

// What must be spelt out becomes \n, \x1b, \u202e...; with `ascii` so does everything above U+007E.
// Bytes that are not UTF-8 become \xNN.
CellText cell_text(std::string_view utf8, bool ascii);

// At most `width` cells; where something had to go, the last cell is `ellipsis`.
CellText cut(const CellText& text, size_t width, char32_t ellipsis);
// Of a text too long keeps the end, which tells more of a path or an address with its port.
CellText cut_front(const CellText& text, size_t width, char32_t ellipsis);

// The text in lines of at most `width` cells, broken at spaces where there are any. At least one.
std::vector<CellText> wrap(const CellText& text, size_t width);

std::string to_utf8(const CellText& text);

}  // namespace picket::app::tui
