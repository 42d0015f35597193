// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/encoding.h"

#include <cstdint>

#include "base/utf8.h"

namespace picket::detect::sigma {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

uint32_t byte_at(std::string_view bytes, size_t i) {
  return i < bytes.size() ? static_cast<uint8_t>(bytes[i]) : 0;
}

uint32_t code_point(std::string_view s) {
  switch (s.size()) {
    case 2: return (byte_at(s, 0) & 0x1f) << 6 | (byte_at(s, 1) & 0x3f);
    case 3:
      return (byte_at(s, 0) & 0x0f) << 12 | (byte_at(s, 1) & 0x3f) << 6 | (byte_at(s, 2) & 0x3f);
    case 4:
      return (byte_at(s, 0) & 0x07) << 18 | (byte_at(s, 1) & 0x3f) << 12 |
             (byte_at(s, 2) & 0x3f) << 6 | (byte_at(s, 3) & 0x3f);
    default: return byte_at(s, 0);
  }
}

void append_unit(std::string& out, uint32_t unit, bool big) {
  char low = static_cast<char>(unit & 0xff);
  char high = static_cast<char>(unit >> 8 & 0xff);
  out += big ? high : low;
  out += big ? low : high;
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2);
    out += kAlphabet[group >> 18];
    out += kAlphabet[group >> 12 & 63];
    out += i + 1 < bytes.size() ? kAlphabet[group >> 6 & 63] : '=';
    out += i + 2 < bytes.size() ? kAlphabet[group & 63] : '=';
  }
  return out;
}

std::array<std::string, 3> base64_offsets(std::string_view bytes) {
  constexpr size_t kSkipFront[] = {0, 2, 3};  // characters that hold bits of what stands before
  constexpr size_t kSkipBack[] = {0, 3, 2};   // and of what follows, by length modulo 3
  std::array<std::string, 3> forms;
  for (size_t offset = 0; offset < 3; ++offset) {
    std::string text = base64(std::string(offset, ' ').append(bytes));
    size_t cut = kSkipFront[offset] + kSkipBack[(bytes.size() + offset) % 3];
    if (text.size() > cut) forms[offset] = text.substr(kSkipFront[offset], text.size() - cut);
  }
  return forms;
}

std::string utf16(std::string_view text, Utf16 form) {
  std::string out;
  if (form == Utf16::kMarked) out = "\xff\xfe";
  bool big = form == Utf16::kBig;
  for (size_t i = 0; i < text.size();) {
    size_t length = utf8_sequence_length(text.substr(i));
    if (length == 0) length = 1;
    uint32_t c = code_point(text.substr(i, length));
    i += length;
    if (c < 0x10000) {
      append_unit(out, c, big);
    } else {
      append_unit(out, 0xd800 + ((c - 0x10000) >> 10), big);
      append_unit(out, 0xdc00 + ((c - 0x10000) & 0x3ff), big);
    }
  }
  return out;
}

}  // namespace picket::detect::sigma
