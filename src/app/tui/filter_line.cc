// SPDX-License-Identifier: Apache-2.0
#include "app/tui/filter_line.h"

#include "app/tui/cell_text.h"
#include "base/counter.h"

namespace picket::app::tui {
namespace {
Counter full{"tui.filter_full", "characters typed into a filter that was full"};
}

bool FilterLine::on_key(Key key) {
  switch (key.kind) {
    case Key::Kind::kCharacter: insert(key.character); return true;
    case Key::Kind::kBackspace:
      if (cursor_ > 0) text_.erase(--cursor_, 1);
      return true;
    case Key::Kind::kDelete:
      if (cursor_ < text_.size()) text_.erase(cursor_, 1);
      return true;
    case Key::Kind::kLeft:
      if (cursor_ > 0) --cursor_;
      return true;
    case Key::Kind::kRight:
      if (cursor_ < text_.size()) ++cursor_;
      return true;
    case Key::Kind::kHome: cursor_ = 0; return true;
    case Key::Kind::kEnd: cursor_ = text_.size(); return true;
    case Key::Kind::kClearLine: clear(); return true;
    case Key::Kind::kClearWord: erase_word(); return true;
    default: return false;
  }
}

void FilterLine::insert(char32_t character) {
  if (cell_width(character) == 0) return;
  if (text_.size() >= kFilterCharactersMax) {
    full.add();
    return;
  }
  text_.insert(cursor_++, 1, character);
}

void FilterLine::erase_word() {
  const size_t end = cursor_;
  while (cursor_ > 0 && text_[cursor_ - 1] == U' ') --cursor_;
  while (cursor_ > 0 && text_[cursor_ - 1] != U' ') --cursor_;
  text_.erase(cursor_, end - cursor_);
}

void FilterLine::set(const std::string& utf8) {
  clear();
  for (char32_t c : cell_text(utf8, false)) insert(c);
}

void FilterLine::clear() {
  text_.clear();
  cursor_ = 0;
}

std::string FilterLine::utf8() const { return to_utf8(text_); }

}  // namespace picket::app::tui
