// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "packet/decode.h"

namespace picket::packet {

// Whose bytes hold where fragments overlap with different content, by the receiver's operating
// system: J. Novak, "Target-Based Fragmentation Reassembly", 2005.
enum class FragmentPolicy : uint8_t { kFirst, kLast, kBsd, kBsdRight, kLinux, kWindows, kSolaris };

// Puts IP fragments together (RFC 791 3.2, RFC 8200 4.5). Time is that of the packets. Bounded in
// datagrams, bytes and fragments of each; past a bound the oldest datagram goes, counted in
// packet.fragments_dropped. One thread.
class Defragmenter {
 public:
  static constexpr size_t kDatagramsMax = 16384;
  static constexpr size_t kBytesMax = size_t{64} << 20;
  static constexpr size_t kFragmentsMax = 8192;  // of one datagram
  static constexpr size_t kDatagramBytesMax = 65535;
  static constexpr int64_t kTimeoutNs = 60 * static_cast<int64_t>(kNsPerSecond);

  using PolicyOf = std::function<FragmentPolicy(const IpAddress& receiver)>;
  explicit Defragmenter(PolicyOf policy_of) : policy_of_(std::move(policy_of)) {}

  // Takes a packet that is a fragment; oddities are added to its events. When it was the last one
  // missing: the whole datagram, from its IP header on, to be decoded; its bytes live until the
  // next call.
  std::optional<Inner> add(Packet& fragment);
  // The datagram that add() returned, behind the link header of its first fragment.
  Bytes frame() const { return whole_; }
  size_t waiting() const { return datagrams_.size(); }

 private:
  struct Key {
    std::array<uint8_t, 16> source, destination;
    uint32_t id;
    std::array<uint16_t, Packet::kVlansMax> vlan;
    uint8_t version, protocol, depth;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const;
  };
  struct Piece {  // bytes that one fragment gave, and where that fragment lay
    uint32_t begin, end, fragment_begin, fragment_end;
  };
  struct Datagram {
    std::vector<uint8_t> header;  // up to what was fragmented, from the first fragment's frame
    size_t link = 0;              // bytes of it before the IP header
    std::vector<uint8_t> data;
    std::vector<Piece> pieces;  // in order, without overlap
    WallTime started;
    uint64_t order = 0;
    size_t fragments = 0;
    uint32_t length = 0;  // of all, once the last fragment came
    bool has_length = false;
  };
  static Key key_of(const Packet& packet);
  bool place(Datagram& datagram, Packet& packet, FragmentPolicy policy);
  bool complete(const Datagram& datagram) const;
  Inner build(Datagram& datagram, uint8_t version, uint8_t protocol);
  void make_room(WallTime now, size_t more);
  void drop_oldest();

  const PolicyOf policy_of_;
  std::unordered_map<Key, Datagram, KeyHash> datagrams_;
  std::deque<std::pair<Key, uint64_t>> order_;  // by age; those finished stay until they come up
  uint64_t next_order_ = 1;
  size_t bytes_ = 0;
  std::vector<uint8_t> whole_;
};

// Whether a later fragment's bytes replace an earlier one's where they overlap.
bool fragment_wins(FragmentPolicy policy, uint32_t old_begin, uint32_t old_end, uint32_t new_begin,
                   uint32_t new_end);

}  // namespace picket::packet
