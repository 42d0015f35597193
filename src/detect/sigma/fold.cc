// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/fold.h"

#include <cstdint>

#include "base/ascii.h"
#include "base/utf8.h"

namespace picket::detect::sigma {
namespace {

bool in(uint32_t c, uint32_t first, uint32_t last) { return c >= first && c <= last; }

// Pairs where the capital is the even (or odd) code point and its small letter follows.
bool capital_before_small(uint32_t c) {
  bool even = c % 2 == 0;
  if (in(c, 0x139, 0x148) || in(c, 0x179, 0x17e)) return !even;
  if (c == 0x130 || c == 0x131 || c == 0x138 || c == 0x149 || c == 0x178 || c == 0x17f)
    return false;
  return even && (in(c, 0x100, 0x177) || in(c, 0x3d8, 0x3ef) || in(c, 0x460, 0x481) ||
                  in(c, 0x48a, 0x4bf) || in(c, 0x4d0, 0x52f) || in(c, 0x1e00, 0x1e95));
}

uint32_t fold_code_point(uint32_t c) {
  if (in(c, 0xc0, 0xde) && c != 0xd7) return c + 0x20;
  if (in(c, 0x391, 0x3ab) && c != 0x3a2) return c + 0x20;
  if (in(c, 0x410, 0x42f)) return c + 0x20;
  if (in(c, 0x400, 0x40f)) return c + 0x50;
  if (in(c, 0x531, 0x556)) return c + 0x30;
  if (in(c, 0xff21, 0xff3a)) return c + 0x20;
  if (c == 0x212a) return 'k';
  if (c == 0x17f) return 's';
  if (c == 0x178) return 0xff;
  if (c == 0x3c2) return 0x3c3;  // final sigma
  return capital_before_small(c) ? c + 1 : c;
}

uint32_t decode(std::string_view sequence) {
  auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(sequence[i])); };
  if (sequence.size() == 2) return (byte(0) & 0x1f) << 6 | (byte(1) & 0x3f);
  return (byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
}

void append_code_point(std::string& out, uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3f));
  } else {
    out += static_cast<char>(0xe0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (c & 0x3f));
  }
}

}  // namespace

void append_folded(std::string& out, std::string_view text) {
  size_t at = out.size();
  out.resize(at + text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (static_cast<uint8_t>(text[i]) < 0x80) {
      out[at + i] = ascii_lower(text[i]);
      continue;
    }
    // The first letter beyond ASCII: from here on by code point.
    out.resize(at + i);
    while (i < text.size()) {
      size_t length = utf8_sequence_length(text.substr(i));
      if (length == 2 || length == 3) {
        append_code_point(out, fold_code_point(decode(text.substr(i, length))));
      } else if (length == 4) {
        out.append(text.substr(i, length));
      } else {
        length = 1;
        out += ascii_lower(text[i]);
      }
      i += length;
    }
    return;
  }
}

std::string folded(std::string_view text) {
  std::string out;
  append_folded(out, text);
  return out;
}

}  // namespace picket::detect::sigma
