// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/tls/fingerprint.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <vector>

namespace picket::inspect::tls {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

std::string digest_hex(const EVP_MD* algorithm, std::string_view text) {
  std::array<uint8_t, EVP_MAX_MD_SIZE> digest;
  unsigned length = 0;
  std::string hex;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &length, algorithm, nullptr) != 1)
    return hex;
  for (unsigned i = 0; i < length; ++i) {
    hex += kHexDigits[digest[i] >> 4];
    hex += kHexDigits[digest[i] & 15];
  }
  return hex;
}

void append_number(std::string& out, unsigned number, bool& first) {
  if (!first) out += '-';
  first = false;
  out += std::to_string(number);
}
void append_list(std::string& out, const U16List& list) {
  bool first = true;
  for (size_t i = 0; i < list.size(); ++i)
    if (!is_grease(list[i])) append_number(out, list[i], first);
}
std::string hex4(uint16_t number) {
  std::string hex;
  for (int shift = 12; shift >= 0; shift -= 4) hex += kHexDigits[number >> shift & 15];
  return hex;
}
std::string joined_hex(const std::vector<uint16_t>& numbers) {
  std::string text;
  for (const uint16_t number : numbers) {
    if (!text.empty()) text += ',';
    text += hex4(number);
  }
  return text;
}
std::vector<uint16_t> without_grease(const U16List& list) {
  std::vector<uint16_t> numbers;
  for (size_t i = 0; i < list.size(); ++i)
    if (!is_grease(list[i])) numbers.push_back(list[i]);
  return numbers;
}
std::string two_digits(size_t count) {
  count = std::min<size_t>(count, 99);
  return {static_cast<char>('0' + count / 10), static_cast<char>('0' + count % 10)};
}
std::string_view version_code(uint16_t version) {
  switch (version) {
    case 0x0304: return "13";
    case 0x0303: return "12";
    case 0x0302: return "11";
    case 0x0301: return "10";
    case 0x0300: return "s3";
    case 0x0002: return "s2";
    case 0xfeff: return "d1";
    case 0xfefd: return "d2";
    case 0xfefc: return "d3";
    default: return "00";
  }
}
bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
std::string protocol_code(const ClientHello& hello) {
  if (hello.protocols.empty()) return "00";
  const char first = hello.protocols.front().front(), last = hello.protocols.front().back();
  if (is_alphanumeric(first) && is_alphanumeric(last)) return {first, last};
  return {kHexDigits[static_cast<uint8_t>(first) >> 4],
          kHexDigits[static_cast<uint8_t>(last) & 15]};
}

}  // namespace

std::string md5_hex(std::string_view text) { return digest_hex(EVP_md5(), text); }

std::string ja3_string(const ClientHello& hello) {
  std::string out = std::to_string(hello.legacy_version) + ",";
  append_list(out, hello.cipher_suites);
  out += ',';
  bool first = true;
  for (const Extension& extension : hello.extensions)
    if (!extension.grease) append_number(out, extension.type, first);
  out += ',';
  append_list(out, hello.groups);
  out += ',';
  first = true;
  for (const uint8_t format : hello.point_formats) append_number(out, format, first);
  return out;
}

std::string ja3s_string(const ServerHello& hello) {
  std::string out =
      std::to_string(hello.legacy_version) + "," + std::to_string(hello.cipher_suite) + ",";
  bool first = true;
  for (const uint16_t type : hello.extensions) append_number(out, type, first);
  return out;
}

std::string ja4(const ClientHello& hello, char transport) {
  uint16_t version = hello.legacy_version;
  const std::vector<uint16_t> versions = without_grease(hello.supported_versions);
  if (!versions.empty()) version = *std::max_element(versions.begin(), versions.end());
  std::vector<uint16_t> ciphers = without_grease(hello.cipher_suites);
  std::vector<uint16_t> extensions;
  size_t extension_count = 0;
  bool named = false;
  for (const Extension& extension : hello.extensions) {
    if (extension.grease) continue;
    ++extension_count;
    named |= extension.type == kServerName;
    if (extension.type != kServerName && extension.type != kAlpn)
      extensions.push_back(extension.type);
  }
  std::string out(1, transport);
  out += version_code(version);
  out += named ? 'd' : 'i';
  out += two_digits(ciphers.size()) + two_digits(extension_count) + protocol_code(hello);
  std::sort(ciphers.begin(), ciphers.end());
  std::sort(extensions.begin(), extensions.end());
  constexpr std::string_view kNone = "000000000000";
  out += '_';
  out += ciphers.empty() ? std::string(kNone)
                         : digest_hex(EVP_sha256(), joined_hex(ciphers)).substr(0, 12);
  std::string last = joined_hex(extensions);
  // The underscore stays where no signature algorithms are said, as in Suricata; JA4's own text
  // leaves it out. Only clients older than TLS 1.2 say none.
  last += "_" + joined_hex(without_grease(hello.signature_algorithms));
  out += '_';
  out += extensions.empty() ? std::string(kNone) : digest_hex(EVP_sha256(), last).substr(0, 12);
  return out;
}

}  // namespace picket::inspect::tls
