// SPDX-License-Identifier: Apache-2.0
#include "app/tui/screen.h"

#include <algorithm>
#include <cctype>

namespace picket::app::tui {

Screen::Screen(int width, int height)
    : width_(std::clamp(width, 0, kScreenSideMax)),
      height_(std::clamp(height, 0, kScreenSideMax)),
      cells_(static_cast<size_t>(width_) * static_cast<size_t>(height_)) {}

Cell* Screen::cell(int x, int y) {
  if (x < 0 || y < 0 || x >= width_ || y >= height_) return nullptr;
  return &cells_[static_cast<size_t>(y * width_ + x)];
}

int Screen::put(int x, int y, const CellText& text, Style style, int width) {
  const int end = std::min(x + std::min(width, kScreenSideMax), width_);
  int at = x;
  for (char32_t c : text) {
    const int taken = static_cast<int>(cell_width(c));
    if (taken == 0) continue;
    if (at + taken > end) break;
    if (Cell* left = cell(at, y)) {
      *left = {c, style};
      if (taken == 2)
        if (Cell* right = cell(at + 1, y)) *right = {0, style};
    }
    at += taken;
  }
  return at - x;
}

void Screen::fill(int x, int y, int width, char32_t code_point, Style style) {
  for (int i = 0; i < width; ++i)
    if (Cell* c = cell(x + i, y)) *c = {code_point, style};
}

void Screen::mark(int x, int y, int width, CursorMark cursor) {
  for (int i = 0; i < width; ++i)
    if (Cell* c = cell(x + i, y)) c->style.cursor = cursor;
}

bool Screen::same_line(int y, const Screen& other) const {
  const auto first = cells_.begin() + y * width_;
  return std::equal(first, first + width_, other.cells_.begin() + y * width_);
}

std::string Screen::line(int y) const {
  CellText text;
  for (int x = 0; x < width_; ++x)
    if (at(x, y).code_point != 0) text += at(x, y).code_point;
  const size_t last = text.find_last_not_of(U' ');
  text.resize(last == CellText::npos ? 0 : last + 1);
  return to_utf8(text);
}

std::string Screen::text() const {
  std::string out;
  for (int y = 0; y < height_; ++y) out += line(y) + '\n';
  return out;
}

std::string Screen::style_line(int y) const {
  std::string out;
  for (int x = 0; x < width_; ++x) {
    const Style style = at(x, y).style;
    const char letter = kStyleLetters[static_cast<size_t>(style.tone)];
    switch (style.cursor) {
      case CursorMark::kNone: out += letter; break;
      case CursorMark::kActive:
        out += letter == '.' ? 'P' : static_cast<char>(std::toupper(letter));
        break;
      case CursorMark::kIdle: out += '#'; break;
    }
  }
  return out;
}

}  // namespace picket::app::tui
