// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace picket::detect::sigma {

// A Sigma string value: literal text with `*` (any run of characters) and `?` (exactly one), read
// by the rules of the Sigma specification 2.1, "Escaping": a backslash makes a following `*`, `?`
// or backslash plain; before anything else it is itself plain. A value type; immutable use is
// thread-safe. At most kPatternTokensMax tokens (a parse error beyond).
class TextPattern {
 public:
  enum class Wild : unsigned char { kNone, kOne, kMany };
  struct Token {
    Wild wild = Wild::kNone;
    std::string text;  // of a literal
    bool operator==(const Token&) const = default;
  };
  static constexpr size_t kPatternTokensMax = 256;

  static TextPattern parse(std::string_view value);
  static TextPattern literal(std::string_view text);

  void open_start();  // as if a `*` stood before; nothing if one does already
  void open_end();
  bool has_wildcards() const;
  // The literal text when there are no wildcards.
  std::string_view plain() const;

  const std::vector<Token>& tokens() const { return tokens_; }
  std::vector<Token>& tokens() { return tokens_; }
  // Lower-cases the literals, for matching against folded text.
  void fold();
  // The longest literal that any matching text must contain; empty when there is none.
  std::string_view needle() const;
  // Shaped `*literal*`: found by its needle alone.
  bool is_contains() const;

  // Whole-text match, byte for byte; `?` takes one UTF-8 character (or one stray byte). Time is
  // bounded by text size times pattern size.
  bool matches(std::string_view text) const;

  bool operator==(const TextPattern&) const = default;

 private:
  void add_literal(std::string_view text);
  std::vector<Token> tokens_;
};

}  // namespace picket::detect::sigma
