// SPDX-License-Identifier: Apache-2.0
#include "inspect/app/eve_text.h"

#include "base/utf8.h"

namespace picket::inspect {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = utf8_sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

std::string eve_text(Bytes bytes) {
  if (is_utf8(as_text(bytes))) return std::string(as_text(bytes));
  std::string out;
  for (const uint8_t byte : bytes) {
    if (byte >= 0x20 && byte < 0x7f) {
      out.push_back(static_cast<char>(byte));
    } else {
      out += "\\x";
      out.push_back(kHexDigits[byte >> 4]);
      out.push_back(kHexDigits[byte & 15]);
    }
  }
  return out;
}

void eve_member_if(JsonWriter& out, std::string_view name, std::string_view bytes) {
  if (!bytes.empty()) out.member(name, eve_text(bytes));
}

std::string eve_hex(Bytes bytes, char separator) {
  std::string out;
  out.reserve(bytes.size() * 3);
  for (const uint8_t byte : bytes) {
    if (separator != 0 && !out.empty()) out.push_back(separator);
    out.push_back(kHexDigits[byte >> 4]);
    out.push_back(kHexDigits[byte & 15]);
  }
  return out;
}

}  // namespace picket::inspect
