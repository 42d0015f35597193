// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/json_split.h"

#include <algorithm>

namespace picket::sensor::replay {
namespace {

// Past the string whose opening quote is at `at`; a raw newline breaks it off (RFC 8259 allows
// none). npos: it does not end in `text`.
size_t string_end(std::string_view text, size_t at, bool& broken) {
  while (true) {
    at = text.find_first_of("\"\\\n", at + 1);
    if (at == text.npos) return at;
    if (text[at] == '"') return at + 1;
    if (text[at] == '\n') {
      broken = true;
      return at;
    }
    ++at;  // what follows a backslash
  }
}

// Past the object whose brace is at `at`; npos: it does not end in `text`. An object closed by the
// wrong bracket is broken: its line is.
size_t object_end(std::string_view text, size_t at, bool& broken) {
  size_t depth = 0;
  while (true) {
    at = text.find_first_of("{}[]\"", at);
    if (at == text.npos) return at;
    if (text[at] == '"') {
      at = string_end(text, at, broken);
      if (at == text.npos || broken) return at;
      continue;
    }
    const bool opens = text[at] == '{' || text[at] == '[';
    depth = opens ? depth + 1 : depth - 1;
    if (depth == 0 && text[at] == ']') {
      broken = true;
      return std::min(text.find('\n', at), text.size());
    }
    ++at;
    if (depth == 0) return at;
  }
}

}  // namespace

JsonPiece next_json_object(std::string_view text, size_t at, bool last, bool by_line) {
  using Kind = JsonPiece::Kind;
  // Between objects: white space, the array's brackets and commas, a byte order mark.
  at = text.find_first_not_of(" \t\r\n,[]\xef\xbb\xbf", at);
  if (at == text.npos) return {Kind::kNone, text.size(), text.size()};
  bool broken = false;
  const size_t line_end = by_line || text[at] != '{' ? text.find('\n', at) : text.npos;
  if (text[at] != '{') {
    if (line_end == text.npos && !last) return {Kind::kMore, at, at};
    return {Kind::kGarbage, at, std::min(line_end, text.size())};
  }
  const size_t end = object_end(text.substr(0, line_end), at, broken);
  if (broken && end == text.size() && !last) return {Kind::kMore, at, at};
  if (broken) return {Kind::kBroken, at, end};
  if (end != text.npos) return {Kind::kObject, at, end};
  if (line_end != text.npos) return {Kind::kBroken, at, line_end};
  if (!last) return {Kind::kMore, at, at};
  return {Kind::kBroken, at, std::min(json_resume(text, at), text.size())};
}

size_t json_resume(std::string_view text, size_t begin) {
  const size_t line = text.find("\n{", begin);
  return line == text.npos ? line : line + 1;
}

}  // namespace picket::sensor::replay
