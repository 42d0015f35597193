// SPDX-License-Identifier: Apache-2.0
#include "app/tui/cell_text.h"

#include <locale.h>
#include <wchar.h>

#include <algorithm>

#include "base/utf8.h"

namespace picket::app::tui {
namespace {

constexpr char32_t kPlainLast = 0x7e;

// The C library's own table, asked in a UTF-8 locale whatever locale the program runs in, so that
// our columns agree with those of the terminal library.
int library_width(char32_t code_point) {
  static const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (utf8 == nullptr) return -1;
  const locale_t before = ::uselocale(utf8);
  const int width = ::wcwidth(static_cast<wchar_t>(code_point));
  ::uselocale(before);
  return width;
}

// Takes a cell of its own and yet is not seen, or turns the direction of what follows.
bool invisible(char32_t c) {
  return c == 0xad || c == 0x61c || c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0 ||
         (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || (c >= 0xe000 && c <= 0xf8ff) || c == 0xfeff ||
         (c >= 0xfff0 && c <= 0xfffb) || c >= 0xe0000;
}

char32_t decode(std::string_view sequence) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(sequence[i]); };
  switch (sequence.size()) {
    case 1: return byte(0);
    case 2: return (byte(0) & 0x1fu) << 6 | (byte(1) & 0x3fu);
    case 3: return (byte(0) & 0x0fu) << 12 | (byte(1) & 0x3fu) << 6 | (byte(2) & 0x3fu);
    default:
      return (byte(0) & 0x07u) << 18 | (byte(1) & 0x3fu) << 12 | (byte(2) & 0x3fu) << 6 |
             (byte(3) & 0x3fu);
  }
}

void spell_out(char32_t c, CellText& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += c < 0x100 ? U"\\x" : c < 0x10000 ? U"\\u" : U"\\U";
  for (int shift = c < 0x100 ? 4 : c < 0x10000 ? 12 : 20; shift >= 0; shift -= 4)
    out += static_cast<char32_t>(kHex[c >> shift & 15]);
}

}  // namespace

unsigned cell_width(char32_t code_point) {
  if (code_point >= 0x20 && code_point <= kPlainLast) return 1;
  if (code_point <= 0x9f || invisible(code_point)) return 0;
  const int width = library_width(code_point);
  return width == 1 || width == 2 ? static_cast<unsigned>(width) : 0;
}

size_t cells(const CellText& text) {
  size_t count = 0;
  for (char32_t c : text) count += cell_width(c);
  return count;
}

CellText cell_text(std::string_view utf8, bool ascii) {
  CellText out;
  out.reserve(utf8.size());
  for (size_t i = 0; i < utf8.size();) {
    const size_t length = utf8_sequence_length(utf8.substr(i));
    const char32_t c =
        length == 0 ? static_cast<unsigned char>(utf8[i]) : decode(utf8.substr(i, length));
    if (c == '\n')
      out += U"\\n";
    else if (c == '\t')
      out += U"\\t";
    else if (length == 0 || cell_width(c) == 0 || (ascii && c > kPlainLast))
      spell_out(c, out);
    else
      out += c;
    i += std::max<size_t>(length, 1);
  }
  return out;
}

CellText cut(const CellText& text, size_t width, char32_t ellipsis) {
  if (cells(text) <= width) return text;
  CellText out;
  if (width == 0) return out;
  size_t used = 0;
  for (char32_t c : text) {
    if (used + cell_width(c) > width - 1) break;
    used += cell_width(c);
    out += c;
  }
  out += ellipsis;
  return out;
}

CellText cut_front(const CellText& text, size_t width, char32_t ellipsis) {
  if (cells(text) <= width) return text;
  if (width == 0) return {};
  size_t used = 0;
  size_t first = text.size();
  while (first > 0 && used + cell_width(text[first - 1]) <= width - 1)
    used += cell_width(text[--first]);
  return CellText(1, ellipsis) + text.substr(first);
}

std::vector<CellText> wrap(const CellText& text, size_t width) {
  std::vector<CellText> lines;
  size_t start = 0;
  while (start < text.size()) {
    size_t end = start;
    size_t used = 0;
    size_t space = 0;
    while (end < text.size() && used + cell_width(text[end]) <= width) {
      if (text[end] == U' ' && end > start) space = end;
      used += cell_width(text[end++]);
    }
    if (end == start) ++end;  // not even one code point fits: go on all the same
    if (end < text.size() && text[end] != U' ' && space != 0) end = space;
    lines.push_back(text.substr(start, end - start));
    start = end;
    if (start < text.size() && text[start] == U' ') ++start;
  }
  if (lines.empty()) lines.emplace_back();
  return lines;
}

std::string to_utf8(const CellText& text) {
  std::string out;
  out.reserve(text.size());
  const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
  for (char32_t c : text) {
    if (c < 0x80)
      put(c);
    else if (c < 0x800)
      put(0xc0 | c >> 6), put(0x80 | (c & 0x3f));
    else if (c < 0x10000)
      put(0xe0 | c >> 12), put(0x80 | (c >> 6 & 0x3f)), put(0x80 | (c & 0x3f));
    else
      put(0xf0 | c >> 18), put(0x80 | (c >> 12 & 0x3f)), put(0x80 | (c >> 6 & 0x3f)),
          put(0x80 | (c & 0x3f));
  }
  return out;
}

}  // namespace picket::app::tui
