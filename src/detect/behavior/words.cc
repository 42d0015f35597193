// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/words.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace picket::detect::behavior {
namespace {

bool same(char a, char b) { return ascii_lower(a) == ascii_lower(b); }

}  // namespace

std::string folded(std::string_view text) { return ascii_lowered(text); }

bool equal_folded(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, same); }

bool contains_folded(std::string_view text, std::string_view part) {
  return part.empty() || !std::ranges::search(text, part, same).empty();
}

bool starts_folded(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && equal_folded(text.substr(0, start.size()), start);
}

bool ends_folded(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && equal_folded(text.substr(text.size() - end.size()), end);
}

std::string_view base_name(std::string_view path) {
  const size_t cut = path.find_last_of("/\\");
  return cut == std::string_view::npos ? path : path.substr(cut + 1);
}

std::string_view folder_of(std::string_view path) {
  const size_t cut = path.find_last_of("/\\");
  return cut == std::string_view::npos ? std::string_view() : path.substr(0, cut);
}

std::string_view stem(std::string_view name) {
  constexpr std::array<std::string_view, 8> kEndings = {".exe", ".com", ".scr", ".dll",
                                                        ".pif", ".bat", ".cmd", ".cpl"};
  for (std::string_view ending : kEndings)
    if (name.size() > ending.size() && ends_folded(name, ending))
      return name.substr(0, name.size() - ending.size());
  return name;
}

bool matches_wildcards(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = std::string_view::npos, after_star = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      after_star = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || same(pattern[p], text[t]))) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++after_star;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::vector<std::string> command_words(std::string_view command_line) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false, begun = false;
  for (const char c : command_line) {
    if (c == '"') {
      quoted = !quoted;
      begun = true;
    } else if (!quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
      if (begun) words.push_back(std::move(word));
      if (words.size() == kCommandWordsMax) return words;
      word.clear();
      begun = false;
    } else {
      word += c;
      begun = true;
    }
  }
  if (begun) words.push_back(std::move(word));
  return words;
}

}  // namespace picket::detect::behavior
