// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>

#include "app/tui/key.h"

namespace picket::app::tui {

// One line of text being typed. At most kFilterCharactersMax code points; what does not fit is
// refused and counted in `tui.filter_full`. Not thread-safe.
constexpr size_t kFilterCharactersMax = 256;
class FilterLine {
 public:
  // True when the key was one of editing (it is used up, whether or not it changed the text).
  bool on_key(Key key);
  void set(const std::string& utf8);
  void clear();

  std::string utf8() const;
  const std::u32string& text() const { return text_; }
  size_t cursor() const { return cursor_; }

 private:
  void insert(char32_t character);
  void erase_word();
  std::u32string text_;
  size_t cursor_ = 0;
};

}  // namespace picket::app::tui
