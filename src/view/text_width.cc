// SPDX-License-Identifier: Apache-2.0
#include "view/text_width.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <vector>

#include "base/utf8.h"
#include "view/text_width_tables.h"

namespace picket::view {
namespace {

template <size_t N>
bool stands_in(const CodePointRange (&ranges)[N], uint32_t code_point) {
  const auto* range = std::ranges::lower_bound(ranges, code_point, {}, &CodePointRange::last);
  return range != std::end(ranges) && range->first <= code_point;
}

uint32_t decode(std::string_view sequence) {
  const auto byte = [&](size_t i) {
    return static_cast<uint32_t>(static_cast<unsigned char>(sequence[i]));
  };
  switch (sequence.size()) {
    case 2: return (byte(0) & 0x1f) << 6 | (byte(1) & 0x3f);
    case 3: return (byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
    case 4:
      return (byte(0) & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 |
             (byte(3) & 0x3f);
    default: return byte(0);
  }
}

size_t columns_of(uint32_t code_point) {
  if (code_point < 0x300) return 1;
  if (stands_in(kZeroWidth, code_point)) return 0;
  return stands_in(kDoubleWidth, code_point) ? 2 : 1;
}

std::string spelled_out(uint32_t code_point) {
  char text[16];
  std::snprintf(text, sizeof text, "\\u{%x}", code_point);
  return text;
}

// One character as the grid sees it: a code point and the marks drawn onto it.
struct Cell {
  size_t offset = 0, bytes = 0, columns = 0;
};

// Calls `take(Cell)` for each code point of `text`; a bad byte is a cell of one column.
template <typename Take>
void for_each_code_point(std::string_view text, Take take) {
  for (size_t i = 0; i < text.size();) {
    const size_t length = utf8_sequence_length(text.substr(i));
    const size_t taken = std::max<size_t>(length, 1);
    take(Cell{i, taken, length < 2 ? size_t{1} : columns_of(decode(text.substr(i, length)))});
    i += taken;
  }
}

std::vector<Cell> cells_of(std::string_view text) {
  std::vector<Cell> cells;
  for_each_code_point(text, [&](const Cell& next) {
    if (next.columns == 0 && !cells.empty())
      cells.back().bytes += next.bytes;
    else
      cells.push_back(next);
  });
  return cells;
}

}  // namespace

std::string terminal_text(std::string_view text) {
  const std::string safe = printable(text);
  std::string out;
  out.reserve(safe.size());
  for (size_t i = 0; i < safe.size();) {
    const std::string_view sequence = std::string_view(safe).substr(
        i, std::max<size_t>(utf8_sequence_length(std::string_view(safe).substr(i)), 1));
    if (sequence.size() > 1 && stands_in(kInvisible, decode(sequence)))
      out += spelled_out(decode(sequence));
    else
      out += sequence;
    i += sequence.size();
  }
  return out;
}

size_t display_width(std::string_view text) {
  size_t columns = 0;
  for_each_code_point(text, [&](const Cell& cell) { columns += cell.columns; });
  return columns;
}

std::string cut(std::string_view text, size_t columns, Cut where, bool utf8) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  const size_t room = columns - 1;  // the mark takes one
  size_t head_room = room, tail_room = 0;
  if (where == Cut::kStart) std::swap(head_room, tail_room);
  if (where == Cut::kMiddle) {
    tail_room = (room + 1) / 2;
    head_room = room - tail_room;
  }
  const std::vector<Cell> cells = cells_of(text);
  size_t head_end = 0, tail_begin = text.size();
  for (const Cell& cell : cells) {
    if (cell.columns > head_room) break;
    head_room -= cell.columns;
    head_end = cell.offset + cell.bytes;
  }
  for (auto cell = cells.rbegin(); cell != cells.rend() && cell->columns <= tail_room; ++cell) {
    tail_room -= cell->columns;
    tail_begin = cell->offset;
  }
  return std::string(text.substr(0, head_end)) + (utf8 ? "…" : "~") +
         std::string(text.substr(tail_begin));
}

std::string pad_right(std::string text, size_t columns) {
  const size_t taken = display_width(text);
  if (taken < columns) text.append(columns - taken, ' ');
  return text;
}

std::string pad_left(std::string text, size_t columns) {
  const size_t taken = display_width(text);
  if (taken < columns) text.insert(0, columns - taken, ' ');
  return text;
}

}  // namespace picket::view
