// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

// Text on a terminal's grid: what is safe to show, how many columns it takes, how it is cut and
// padded. Widths are in terminal columns and come from tables of our own, so that a layout does not
// depend on the locale (wcwidth() does). Pure functions; any thread.
namespace picket::view {

// `text` as it may go to a terminal: printable(), and code points that show nothing or reorder
// their neighbours (zero-width spaces, direction overrides that make "exe.png" of another name)
// spelled out, as \u{202e}. The functions below expect text of this kind.
std::string terminal_text(std::string_view text);

// Columns that `text` takes. Bytes that are not UTF-8 count one each.
size_t display_width(std::string_view text);

// Which end a reader can miss.
enum class Cut { kEnd, kMiddle, kStart };
// `text` in at most `columns`, with a mark (… or, without UTF-8, ~) where something was left out.
// A character that would straddle the edge goes as a whole, so the result may be a column short.
std::string cut(std::string_view text, size_t columns, Cut where = Cut::kEnd, bool utf8 = true);

// Spaces added up to `columns`; text that is wider stays as it is.
std::string pad_right(std::string text, size_t columns);
std::string pad_left(std::string text, size_t columns);

}  // namespace picket::view
