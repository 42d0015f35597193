// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "base/address.h"
#include "base/clock.h"
#include "detect/suricata/tag.h"

namespace picket::detect::suricata {

// Bits that rules set on an address, a pair of addresses or (with transaction lifetime) nothing
// else: xbits and hostbits, with an end. Of one engine; not thread-safe. At kBitsMax what has ended
// is let go; if that is not enough the bit is not set (counter suricata.host_bits_full).
class HostState {
 public:
  static constexpr size_t kBitsMax = 262'144;

  struct Place {
    IpAddress a, b;  // b unspecified: one address only
    uint32_t name = 0;
    bool operator==(const Place&) const = default;
  };
  // A pair counts in either order.
  static Place one(const IpAddress& address, uint32_t name) { return {address, {}, name}; }
  static Place pair(const IpAddress& a, const IpAddress& b, uint32_t name) {
    return a < b ? Place{a, b, name} : Place{b, a, name};
  }

  bool is_set(const Place& place, WallTime now) const;
  void set(const Place& place, WallTime now, std::optional<uint32_t> seconds);
  void clear(const Place& place) { bits_.erase(place); }
  size_t size() const { return bits_.size(); }

  // tag:host. At kTaggedMax hosts no further ones get tags (suricata.tagged_hosts_full).
  static constexpr size_t kTaggedMax = 16'384;
  void add_tag(const IpAddress& host, const Tag& tag);
  // Counts the packet for both its hosts; true: one of them has a tag that asks for it.
  bool take_tagged(const packet::Packet& packet);

 private:
  struct Hash {
    size_t operator()(const Place& place) const noexcept {
      std::hash<IpAddress> hash;
      return hash(place.a) * 31 + hash(place.b) + place.name * 0x9e3779b97f4a7c15ull;
    }
  };
  std::unordered_map<Place, int64_t, Hash> bits_;  // the time it ends, ns; INT64_MAX: never
  std::unordered_map<IpAddress, TagList> tagged_;
};

}  // namespace picket::detect::suricata
