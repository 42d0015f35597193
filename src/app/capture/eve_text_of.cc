// SPDX-License-Identifier: Apache-2.0
#include "app/capture/eve_text_of.h"

namespace picket::app::capture {

std::string hex_byte(uint8_t byte) {
  constexpr char kDigits[] = "0123456789abcdef";
  return {kDigits[byte >> 4], kDigits[byte & 15]};
}

std::string upper_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::string base64(Bytes bytes) {
  constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t left = bytes.size() - i;
    const uint32_t group = uint32_t{bytes[i]} << 16 | (left > 1 ? uint32_t{bytes[i + 1]} << 8 : 0) |
                           (left > 2 ? bytes[i + 2] : 0u);
    out += kLetters[group >> 18];
    out += kLetters[group >> 12 & 63];
    out += left > 1 ? kLetters[group >> 6 & 63] : '=';
    out += left > 2 ? kLetters[group & 63] : '=';
  }
  return out;
}

std::string printable_payload(Bytes bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (const uint8_t byte : bytes) {
    const bool shown = (byte >= 0x20 && byte < 0x7f) || byte == '\r' || byte == '\n';
    out += shown ? static_cast<char>(byte) : '.';
  }
  return out;
}

std::string_view eve_key(std::string_view event_type) {
  if (event_type == "http2") return "http";
  return event_type;
}

}  // namespace picket::app::capture
