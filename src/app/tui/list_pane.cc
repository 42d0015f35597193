// SPDX-License-Identifier: Apache-2.0
#include "app/tui/list_pane.h"

#include <algorithm>

namespace picket::app::tui {

void ListPane::set_height(size_t lines) {
  height_ = lines;
  if (height_ != 0) cursor_line_ = std::min(cursor_line_, height_ - 1);
  settle();
}

void ListPane::set_rows(std::vector<std::string> keys, size_t from, size_t total) {
  keys_ = std::move(keys);
  from_ = from;
  total_ = std::max(total, from + keys_.size());
  if (wanted_) {
    const size_t place = std::min(*wanted_, total_ == 0 ? 0 : total_ - 1);
    if (total_ == 0)
      release();
    else if (place >= from_ && place < from_ + keys_.size()) {
      cursor_ = keys_[place - from_];
      wanted_.reset();
    }
  }
  settle();
}

// Finds the place of the top line that leaves the cursor's row where it is on the screen.
void ListPane::settle() {
  const size_t top_max = total_ > height_ ? total_ - height_ : 0;
  if (!cursor_) {
    top_ = wanted_ ? std::min(top_, top_max) : 0;
    return;
  }
  const auto place = place_of_cursor();
  if (place && !wanted_) top_ = *place > cursor_line_ ? *place - cursor_line_ : 0;
  top_ = std::min(top_, top_max);
}

std::optional<size_t> ListPane::place_of_cursor() const {
  if (!cursor_) return std::nullopt;
  const auto found = std::find(keys_.begin(), keys_.end(), *cursor_);
  if (found == keys_.end()) return std::nullopt;
  return from_ + static_cast<size_t>(found - keys_.begin());
}

std::vector<ListPane::Line> ListPane::lines() const {
  std::vector<Line> lines(height_);
  const auto cursor_place = place_of_cursor();
  size_t place = top_;
  for (size_t line = 0; line < height_; ++line) {
    if (cursor_ && line == cursor_line_) {
      if (cursor_place)
        lines[line] = {Line::What::kRow, *cursor_place - from_};
      else
        lines[line] = {Line::What::kGone, 0};
      continue;
    }
    if (cursor_place && place == *cursor_place) ++place;  // it has its own line
    if (place >= from_ && place < from_ + keys_.size())
      lines[line] = {Line::What::kRow, place - from_};
    ++place;
  }
  return lines;
}

void ListPane::release() {
  cursor_.reset();
  wanted_.reset();
  cursor_line_ = 0;
  top_ = 0;
}

void ListPane::clear() {
  release();
  keys_.clear();
  from_ = total_ = 0;
}

void ListPane::go_to(long place, size_t line, bool reach) {
  if (total_ == 0 || height_ == 0) return;
  const long known_first = static_cast<long>(from_);
  const long known_last = known_first + static_cast<long>(keys_.size()) - 1;
  if (!reach && known_last < known_first) return;
  place = std::clamp(place, reach ? 0 : known_first,
                     reach ? static_cast<long>(total_) - 1 : known_last);
  cursor_line_ = std::min(line, height_ - 1);
  // A list that does not fill the pane has no lines below its last row.
  cursor_line_ = std::min(cursor_line_, static_cast<size_t>(place));
  if (place >= known_first && place <= known_last) {
    cursor_ = keys_[static_cast<size_t>(place - known_first)];
    wanted_.reset();
  } else {
    wanted_ = static_cast<size_t>(place);
    top_ = *wanted_ > cursor_line_ ? *wanted_ - cursor_line_ : 0;
  }
  settle();
}

void ListPane::move(long lines, bool reach) {
  if (lines == 0) return;
  if (wanted_) return go_to(static_cast<long>(*wanted_) + lines, cursor_line_, reach);
  if (!cursor_) {
    if (lines > 0) go_to(lines - 1, static_cast<size_t>(lines - 1), reach);
    return;
  }
  // Onto a row that is in sight: the reader's eye decides, the rows stay where they are.
  const auto shown = this->lines();
  const long line = static_cast<long>(cursor_line_) + lines;
  const auto place = place_of_cursor();
  if (line >= 0 && line < static_cast<long>(height_)) {
    const Line target = shown[static_cast<size_t>(line)];
    if (target.what == Line::What::kRow)
      return go_to(static_cast<long>(from_ + target.row), static_cast<size_t>(line), reach);
    if (lines > 0) return;
  }
  const long here = static_cast<long>(place.value_or(top_ + cursor_line_));
  if (here + lines < 0) {
    if (lines == -1)
      release();
    else
      to_first(reach);
    return;
  }
  go_to(here + lines, line < 0 ? 0 : static_cast<size_t>(line), reach);
}

void ListPane::page(int pages, bool reach) {
  const long step = pages * static_cast<long>(height_ > 1 ? height_ - 1 : 1);
  const auto place = wanted_ ? wanted_ : place_of_cursor();
  const long here = static_cast<long>(place.value_or(top_ + cursor_line_));
  const long there = std::clamp(here + step, 0L, static_cast<long>(total_ == 0 ? 0 : total_ - 1));
  go_to(there, there == here + step ? cursor_line_ : pages < 0 ? 0 : height_ - 1, reach);
}

void ListPane::to_first(bool reach) { go_to(0, 0, reach); }
void ListPane::to_last(bool reach) {
  go_to(static_cast<long>(total_) - 1, height_ == 0 ? 0 : height_ - 1, reach);
}

size_t ListPane::window_from() const {
  const size_t first = wanted_ && *wanted_ > cursor_line_ ? *wanted_ - cursor_line_ : top_;
  return first > height_ ? first - height_ : 0;
}

}  // namespace picket::app::tui
