// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "app/tui/cell_text.h"

namespace picket::app::tui {

// What a cell means; the terminal decides how that looks (colour, or bold, reverse and dim).
enum class Tone : uint8_t {
  kPlain,
  kDim,
  kStrong,
  kHeading,
  kAccent,
  kNew,
  kClosed,
  kFaded,
  kWarning,
  kAlarm,
  kSuspicious,
};
enum class CursorMark : uint8_t { kNone, kActive, kIdle };  // idle: the other pane has the keys

struct Style {
  Tone tone = Tone::kPlain;
  CursorMark cursor = CursorMark::kNone;
  bool operator==(const Style&) const = default;
};

struct Cell {
  char32_t code_point = U' ';  // 0: the right half of the wide code point before it
  Style style;
  bool operator==(const Cell&) const = default;
};

// A picture in cells. Everything drawn is clipped to it; text must be CellText, so a control
// character cannot get in. A value; the bound is kScreenSideMax cells each way (larger is clipped).
constexpr int kScreenSideMax = 1000;
class Screen {
 public:
  Screen() = default;
  Screen(int width, int height);

  int width() const { return width_; }
  int height() const { return height_; }
  const Cell& at(int x, int y) const { return cells_[static_cast<size_t>(y * width_ + x)]; }

  // Writes from (x, y), clipped at x + `width` and at the edge; returns the cells used.
  int put(int x, int y, const CellText& text, Style style, int width = kScreenSideMax);
  void fill(int x, int y, int width, char32_t code_point, Style style);
  // Puts the same cursor mark on a stretch of one line, whatever is written there.
  void mark(int x, int y, int width, CursorMark cursor);

  // Line `y` without trailing blanks, in UTF-8.
  std::string line(int y) const;
  std::string text() const;
  // The same picture as one letter per cell, for tests: see kStyleLetters.
  std::string style_line(int y) const;

  // Whether line `y` is the same in `other`, which has the same size.
  bool same_line(int y, const Screen& other) const;

  bool operator==(const Screen&) const = default;

 private:
  Cell* cell(int x, int y);
  int width_ = 0, height_ = 0;
  std::vector<Cell> cells_;
};

// Plain, dim, strong, heading, accent, new, closed, faded, warning, alarm, suspicious; in capitals
// under the cursor; # where the idle cursor is.
constexpr char kStyleLetters[] = ".dshancfwlu";

}  // namespace picket::app::tui
