// SPDX-License-Identifier: Apache-2.0
#include "base/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace picket {
namespace {

constexpr std::array<uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool bits_equal(const uint8_t* a, const uint8_t* b, unsigned bits) {
  const unsigned whole = bits / 8;
  if (std::memcmp(a, b, whole) != 0) return false;
  if (bits % 8 == 0) return true;
  const auto mask = static_cast<uint8_t>(0xff << (8 - bits % 8));
  return (a[whole] & mask) == (b[whole] & mask);
}

bool v4_in(uint32_t address, uint32_t network, unsigned length) {
  return length == 0 || (address ^ network) >> (32 - length) == 0;
}

}  // namespace

IpAddress IpAddress::v4(uint32_t host_order) {
  IpAddress result;
  for (int i = 0; i < 4; ++i)
    result.bytes_[12 + i] = static_cast<uint8_t>(host_order >> (24 - 8 * i));
  return result;
}

IpAddress IpAddress::v4_bytes(const uint8_t (&bytes)[4]) {
  IpAddress result;
  std::memcpy(result.bytes_.data() + 12, bytes, 4);
  return result;
}

IpAddress IpAddress::v6_bytes(const uint8_t* bytes16) {
  IpAddress result;
  std::memcpy(result.bytes_.data(), bytes16, 16);
  result.v4_ = std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), result.bytes_.begin());
  return result;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.empty() || text.size() > INET6_ADDRSTRLEN) return std::nullopt;
  if (text.find('\0') != std::string_view::npos) return std::nullopt;  // would end it for inet_pton
  const std::string terminated(text);
  uint8_t raw[16];
  if (inet_pton(AF_INET, terminated.c_str(), raw) == 1) {
    IpAddress result;
    std::memcpy(result.bytes_.data() + 12, raw, 4);
    return result;
  }
  if (inet_pton(AF_INET6, terminated.c_str(), raw) == 1) return v6_bytes(raw);
  return std::nullopt;
}

uint32_t IpAddress::v4_host_order() const {
  return static_cast<uint32_t>(bytes_[12]) << 24 | static_cast<uint32_t>(bytes_[13]) << 16 |
         static_cast<uint32_t>(bytes_[14]) << 8 | bytes_[15];
}

bool IpAddress::is_unspecified() const {
  if (v4_) return v4_host_order() == 0;
  return std::all_of(bytes_.begin(), bytes_.end(), [](uint8_t byte) { return byte == 0; });
}

bool IpAddress::is_loopback() const {
  if (v4_) return bytes_[12] == 127;
  return std::all_of(bytes_.begin(), bytes_.end() - 1, [](uint8_t byte) { return byte == 0; }) &&
         bytes_[15] == 1;
}

bool IpAddress::is_link_local() const {
  if (v4_) return bytes_[12] == 169 && bytes_[13] == 254;
  return bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80;
}

bool IpAddress::is_multicast() const {
  return v4_ ? (bytes_[12] & 0xf0) == 0xe0 : bytes_[0] == 0xff;
}

bool IpAddress::is_broadcast() const { return v4_ && v4_host_order() == 0xffffffff; }

bool IpAddress::is_private() const {
  if (!v4_) return (bytes_[0] & 0xfe) == 0xfc;
  const uint32_t address = v4_host_order();
  return v4_in(address, 0x0a000000, 8) || v4_in(address, 0xac100000, 12) ||
         v4_in(address, 0xc0a80000, 16) || v4_in(address, 0x64400000, 10);
}

bool IpAddress::is_global() const {
  return !(is_unspecified() || is_loopback() || is_link_local() || is_multicast() ||
           is_broadcast() || is_private());
}

void IpAddress::append_to(std::string& out) const {
  char text[INET6_ADDRSTRLEN];
  if (v4_) {
    inet_ntop(AF_INET, bytes_.data() + 12, text, sizeof text);
  } else {
    inet_ntop(AF_INET6, bytes_.data(), text, sizeof text);
  }
  out += text;
}

std::string IpAddress::text() const {
  std::string out;
  append_to(out);
  return out;
}

std::string Endpoint::text() const {
  std::string out;
  if (address.is_v6()) out += '[';
  address.append_to(out);
  if (address.is_v6()) out += ']';
  out += ':';
  out += std::to_string(port);
  return out;
}

std::optional<Prefix> Prefix::parse(std::string_view text) {
  const size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  const uint8_t longest = address->is_v4() ? 32 : 128;
  if (slash == std::string_view::npos) return Prefix{*address, longest};
  const std::string_view digits = text.substr(slash + 1);
  unsigned length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (error != std::errc() || end != digits.data() + digits.size() || length > longest)
    return std::nullopt;
  return Prefix{*address, static_cast<uint8_t>(length)};
}

bool Prefix::contains(const IpAddress& other) const {
  if (other.is_v4() != address.is_v4()) return false;
  const unsigned bits = length + (address.is_v4() ? 96u : 0u);
  return bits_equal(address.bytes().data(), other.bytes().data(), bits);
}

std::string Prefix::text() const {
  std::string out = address.text();
  out += '/';
  out += std::to_string(length);
  return out;
}

}  // namespace picket
