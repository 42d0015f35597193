// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/dashes.h"

#include <array>

#include "detect/sigma/modifier.h"

namespace picket::detect::sigma {
namespace {

constexpr std::array<std::string_view, 5> kDashes = {"-", "/", "\u2013", "\u2014", "\u2015"};

bool is_word(char c) {
  auto u = static_cast<unsigned char>(c);
  return (u >= '0' && u <= '9') || (u >= 'A' && u <= 'Z') || (u >= 'a' && u <= 'z') || u == '_';
}

// The dash at `at` that introduces a flag (no word before it, a word after it), if there is one.
std::string_view flag_dash(std::string_view text, size_t at) {
  if (at > 0 && is_word(text[at - 1])) return {};
  for (std::string_view dash : kDashes) {
    if (text.substr(at).starts_with(dash)) {
      size_t after = at + dash.size();
      return after < text.size() && is_word(text[after]) ? dash : std::string_view();
    }
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> dash_spellings(std::string_view text) {
  std::vector<std::string> spellings = {""};
  for (size_t at = 0; at < text.size();) {
    std::string_view dash = flag_dash(text, at);
    if (dash.empty()) {
      for (std::string& spelling : spellings) spelling += text[at];
      ++at;
      continue;
    }
    if (spellings.size() * kDashes.size() > kSpellingsMax)
      return failure("windash: too many dashes in one value");
    std::vector<std::string> more;
    for (const std::string& spelling : spellings) {
      for (std::string_view other : kDashes) more.push_back(spelling + std::string(other));
    }
    spellings = std::move(more);
    at += dash.size();
  }
  return spellings;
}

}  // namespace picket::detect::sigma
