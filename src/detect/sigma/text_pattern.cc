// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/text_pattern.h"

#include <algorithm>
#include <optional>
#include <span>

#include "base/utf8.h"
#include "detect/sigma/fold.h"

namespace picket::detect::sigma {
namespace {

using Token = TextPattern::Token;
using Wild = TextPattern::Wild;

// Where `run` (literals and `?`) ends when it stands at `at`.
std::optional<size_t> end_of_run(std::span<const Token> run, std::string_view text, size_t at) {
  for (const Token& token : run) {
    if (token.wild == Wild::kOne) {
      if (at >= text.size()) return std::nullopt;
      at += std::max<size_t>(1, utf8_sequence_length(text.substr(at)));
    } else {
      if (text.compare(at, token.text.size(), token.text) != 0) return std::nullopt;
      at += token.text.size();
    }
  }
  return at;
}

// The leftmost place at or after `at` where `run` stands; returns where it ends.
std::optional<size_t> find_run(std::span<const Token> run, std::string_view text, size_t at) {
  while (at <= text.size()) {
    if (run.front().wild == Wild::kNone) {
      at = text.find(run.front().text, at);
      if (at == std::string_view::npos) return std::nullopt;
    }
    if (auto end = end_of_run(run, text, at)) return end;
    at += 1;
    // A `?` takes whole characters, so it never starts inside one.
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) ++at;
  }
  return std::nullopt;
}

// Whether `run` stands exactly at the end, not before `from`.
bool run_at_end(std::span<const Token> run, std::string_view text, size_t from) {
  if (run.size() == 1 && run.front().wild == Wild::kNone) {
    return text.size() >= from + run.front().text.size() && text.ends_with(run.front().text);
  }
  for (size_t at = from; at <= text.size(); ++at) {
    if (at < text.size() && at > from && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80)
      continue;
    if (end_of_run(run, text, at) == text.size()) return true;
  }
  return false;
}

}  // namespace

void TextPattern::add_literal(std::string_view text) {
  if (text.empty()) return;
  if (!tokens_.empty() && tokens_.back().wild == Wild::kNone) {
    tokens_.back().text += text;
  } else {
    tokens_.push_back({Wild::kNone, std::string(text)});
  }
}

TextPattern TextPattern::parse(std::string_view value) {
  TextPattern pattern;
  for (size_t i = 0; i < value.size(); ++i) {
    char c = value[i];
    if (c == '\\' && i + 1 < value.size() &&
        (value[i + 1] == '*' || value[i + 1] == '?' || value[i + 1] == '\\')) {
      pattern.add_literal(value.substr(++i, 1));
    } else if (c == '*') {
      pattern.open_end();
    } else if (c == '?') {
      pattern.tokens_.push_back({Wild::kOne, {}});
    } else {
      pattern.add_literal(value.substr(i, 1));
    }
  }
  return pattern;
}

TextPattern TextPattern::literal(std::string_view text) {
  TextPattern pattern;
  pattern.add_literal(text);
  return pattern;
}

void TextPattern::open_start() {
  if (tokens_.empty() || tokens_.front().wild != Wild::kMany) {
    tokens_.insert(tokens_.begin(), {Wild::kMany, {}});
  }
}

void TextPattern::open_end() {
  if (tokens_.empty() || tokens_.back().wild != Wild::kMany) tokens_.push_back({Wild::kMany, {}});
}

bool TextPattern::has_wildcards() const {
  return std::ranges::any_of(tokens_, [](const Token& t) { return t.wild != Wild::kNone; });
}

std::string_view TextPattern::plain() const {
  return tokens_.empty() ? std::string_view() : std::string_view(tokens_.front().text);
}

void TextPattern::fold() {
  for (Token& token : tokens_) token.text = folded(token.text);
}

std::string_view TextPattern::needle() const {
  std::string_view longest;
  for (const Token& token : tokens_) {
    if (token.text.size() > longest.size()) longest = token.text;
  }
  return longest;
}

bool TextPattern::is_contains() const {
  return tokens_.size() == 3 && tokens_[0].wild == Wild::kMany && tokens_[1].wild == Wild::kNone &&
         tokens_[2].wild == Wild::kMany;
}

bool TextPattern::matches(std::string_view text) const {
  std::span<const Token> rest(tokens_);
  size_t at = 0;
  bool floating = false;  // a `*` stands before the run to come
  while (true) {
    while (!rest.empty() && rest.front().wild == Wild::kMany) {
      floating = true;
      rest = rest.subspan(1);
    }
    if (rest.empty()) return floating || at == text.size();
    size_t length = 0;
    while (length < rest.size() && rest[length].wild != Wild::kMany) ++length;
    auto run = rest.first(length);
    rest = rest.subspan(length);
    if (rest.empty() && floating) return run_at_end(run, text, at);
    auto end = floating ? find_run(run, text, at) : end_of_run(run, text, at);
    if (!end) return false;
    at = *end;
    floating = false;
  }
}

}  // namespace picket::detect::sigma
