// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

// A scrolling list whose rows come and go while somebody reads it. The row under the cursor keeps
// its line on the screen whatever happens: rows arriving or leaving above move the others, a row
// that vanished keeps its line until the cursor moves. Without a cursor the list shows its top.
// It knows the keys of a window of rows of a longer list; not thread-safe, no I/O.
namespace picket::app::tui {

class ListPane {
 public:
  struct Line {
    enum class What { kEmpty, kRow, kGone };
    What what = What::kEmpty;  // kGone: the cursor's row, which is not among those known
    size_t row = 0;            // kRow: index into the window
  };

  void set_height(size_t lines);
  size_t height() const { return height_; }

  // The rows known by now: `keys` are those from place `from` of a list of `total`.
  void set_rows(std::vector<std::string> keys, size_t from, size_t total);
  // What each line of the pane shows; `height()` lines.
  std::vector<Line> lines() const;

  const std::optional<std::string>& cursor() const { return cursor_; }
  size_t cursor_line() const { return cursor_line_; }
  bool cursor_known() const { return place_of_cursor().has_value(); }
  // Lets go of the cursor: the list shows its top again.
  void release();
  void clear();  // forgets rows and cursor: another list is to come

  // Moves by `lines` (negative: up). Up from the first row releases the cursor. With `reach` false
  // only rows that are known can be moved to (a frozen picture), else the cursor goes on to where
  // the rows are not known yet and settles when they are (wanted()).
  void move(long lines, bool reach = true);
  void page(int pages, bool reach = true);
  void to_first(bool reach = true);
  void to_last(bool reach = true);

  // What to ask for: places [from, from + count) hold all that can be seen and a page either side.
  size_t window_from() const;
  size_t window_count() const { return 3 * height_; }
  // The key that the window should be built around; empty: by place.
  std::string window_around() const { return wanted_ || !cursor_ ? std::string() : *cursor_; }

  size_t total() const { return total_; }
  // Places above and below what is seen.
  size_t hidden_above() const { return top_; }
  size_t hidden_below() const { return total_ > top_ + height_ ? total_ - top_ - height_ : 0; }

 private:
  std::optional<size_t> place_of_cursor() const;
  void go_to(long place, size_t line, bool reach);
  void settle();

  std::vector<std::string> keys_;
  size_t from_ = 0, total_ = 0, height_ = 0;
  std::optional<std::string> cursor_;
  size_t cursor_line_ = 0;
  size_t top_ = 0;                // place of the first line, the cursor's row aside
  std::optional<size_t> wanted_;  // place that the cursor is on its way to
};

}  // namespace picket::app::tui
