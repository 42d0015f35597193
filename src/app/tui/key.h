// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace picket::app::tui {

// One key as the reader pressed it, free of how a terminal spells it.
struct Key {
  enum class Kind : uint8_t {
    kNone,
    kCharacter,
    kEnter,
    kEscape,
    kTab,
    kBackTab,
    kBackspace,
    kDelete,
    kUp,
    kDown,
    kLeft,
    kRight,
    kPageUp,
    kPageDown,
    kHome,
    kEnd,
    kClearLine,  // Ctrl-U
    kClearWord,  // Ctrl-W
    kRedraw,     // Ctrl-L
  };
  Kind kind = Kind::kNone;
  char32_t character = 0;  // kCharacter only

  static Key of(char32_t character) { return {Kind::kCharacter, character}; }
  static Key of(Kind kind) { return {kind, 0}; }
  bool is(char32_t other) const { return kind == Kind::kCharacter && character == other; }
  bool operator==(const Key&) const = default;
};

}  // namespace picket::app::tui
