// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/base64.h"

namespace picket::detect::suricata {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int value_of(uint8_t byte) {
  if (byte >= 'A' && byte <= 'Z') return byte - 'A';
  if (byte >= 'a' && byte <= 'z') return byte - 'a' + 26;
  if (byte >= '0' && byte <= '9') return byte - '0' + 52;
  return byte == '+' ? 62 : byte == '/' ? 63 : -1;
}

}  // namespace

bool decode_base64(Bytes in, Base64Mode mode, std::vector<uint8_t>& out) {
  size_t before = out.size(), digits = 0, padding = 0;
  uint32_t group = 0;
  bool clean = true;
  for (uint8_t byte : in) {
    int value = value_of(byte);
    if (byte == '=') {
      if (mode == Base64Mode::kRfc2045 && digits % 4 < 2) continue;
      ++padding;
      if (mode != Base64Mode::kStrict) break;
      continue;
    }
    if (value < 0 || padding != 0) {
      if (mode == Base64Mode::kRfc2045 && padding == 0) continue;
      clean = false;
      break;
    }
    group = group << 6 | static_cast<uint32_t>(value);
    if (++digits % 4 != 0) continue;
    for (int shift = 16; shift >= 0; shift -= 8)
      out.push_back(static_cast<uint8_t>(group >> shift));
    group = 0;
  }
  size_t rest = digits % 4;
  if (rest == 2) out.push_back(static_cast<uint8_t>(group >> 4));
  if (rest == 3) {
    out.push_back(static_cast<uint8_t>(group >> 10));
    out.push_back(static_cast<uint8_t>(group >> 2));
  }
  if (mode == Base64Mode::kStrict &&
      (!clean || (digits + padding) % 4 != 0 || padding > 2 || rest == 1)) {
    out.resize(before);
    return false;
  }
  return out.size() > before;
}

std::string encode_base64(Bytes in) {
  std::string out;
  for (size_t i = 0; i < in.size(); i += 3) {
    uint32_t group = static_cast<uint32_t>(in[i]) << 16;
    if (i + 1 < in.size()) group |= static_cast<uint32_t>(in[i + 1]) << 8;
    if (i + 2 < in.size()) group |= in[i + 2];
    out += kAlphabet[group >> 18];
    out += kAlphabet[group >> 12 & 63];
    out += i + 1 < in.size() ? kAlphabet[group >> 6 & 63] : '=';
    out += i + 2 < in.size() ? kAlphabet[group & 63] : '=';
  }
  return out;
}

}  // namespace picket::detect::suricata
