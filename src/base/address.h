// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace picket {

// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address (::ffff:a.b.c.d, RFC 4291 2.5.5.2) is kept
// as the IPv4 address it means, so both spellings of one peer compare equal.
class IpAddress {
 public:
  IpAddress() = default;  // the unspecified IPv4 address, 0.0.0.0
  static IpAddress v4(uint32_t host_order);
  static IpAddress v4_bytes(const uint8_t (&bytes)[4]);
  static IpAddress v6_bytes(const uint8_t* bytes16);  // v4-mapped becomes v4
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_v4() const { return v4_; }
  bool is_v6() const { return !v4_; }
  // All 16 bytes in network order; an IPv4 address stands in its mapped form.
  const std::array<uint8_t, 16>& bytes() const { return bytes_; }
  uint32_t v4_host_order() const;

  bool is_unspecified() const;
  bool is_loopback() const;
  bool is_link_local() const;
  bool is_multicast() const;
  bool is_broadcast() const;  // 255.255.255.255 only: a directed broadcast needs the netmask
  bool is_private() const;    // RFC 1918, RFC 6598 shared space, RFC 4193 unique local
  bool is_global() const;     // none of the above

  std::string text() const;  // canonical, RFC 5952
  void append_to(std::string& out) const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  std::array<uint8_t, 16> bytes_{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};
  bool v4_ = true;
};

struct Endpoint {
  IpAddress address;
  uint16_t port = 0;

  std::string text() const;  // 10.0.0.5:443, [fd00::1]:443
  auto operator<=>(const Endpoint&) const = default;
};

// An address block in CIDR form; a bare address is a block of one.
struct Prefix {
  IpAddress address;
  uint8_t length = 0;  // bits of the address' own family: 0..32 or 0..128

  static std::optional<Prefix> parse(std::string_view text);
  bool contains(const IpAddress& other) const;
  std::string text() const;
  auto operator<=>(const Prefix&) const = default;
};

}  // namespace picket

template <>
struct std::hash<picket::IpAddress> {
  size_t operator()(const picket::IpAddress& address) const noexcept {
    uint64_t high, low;
    std::memcpy(&high, address.bytes().data(), 8);
    std::memcpy(&low, address.bytes().data() + 8, 8);
    uint64_t mixed = (high ^ (low * 0x9e3779b97f4a7c15ull)) * 0xbf58476d1ce4e5b9ull;
    return mixed ^ mixed >> 29;
  }
};
template <>
struct std::hash<picket::Endpoint> {
  size_t operator()(const picket::Endpoint& endpoint) const noexcept {
    return std::hash<picket::IpAddress>()(endpoint.address) ^ endpoint.port * 0x9e3779b97f4a7c15ull;
  }
};
