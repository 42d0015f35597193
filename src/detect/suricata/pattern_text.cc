// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/pattern_text.h"

namespace picket::detect::suricata {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Result<std::string> parse_pattern(std::string_view text) {
  std::string bytes;
  bool in_hex = false;
  int high = -1;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '|') {
      if (high >= 0) return failure("a byte between | | needs two hexadecimal digits");
      in_hex = !in_hex;
    } else if (in_hex) {
      if (c == ' ' || c == '\t') continue;
      int value = digit(c);
      if (value < 0)
        return failure("expected hexadecimal digits between | |, found \"" + std::string(1, c) +
                       "\"");
      if (high < 0) {
        high = value;
      } else {
        bytes += static_cast<char>(high << 4 | value);
        high = -1;
      }
    } else if (c == '\\') {
      if (i + 1 == text.size()) return failure("nothing follows the last backslash");
      char next = text[++i];
      if (next != '"' && next != ';' && next != ':' && next != '\\')
        return failure("after a backslash only \" ; : or \\ may stand, not \"" +
                       std::string(1, next) + "\"");
      bytes += next;
    } else if (c == '"') {
      return failure("a quote inside a content must be written \\\"");
    } else {
      bytes += c;
    }
  }
  if (in_hex) return failure("expected a closing |");
  return bytes;
}

}  // namespace picket::detect::suricata
