// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <cstring>

#include "packet/packet.h"

namespace picket::inspect::stream {

// Which conversation a packet belongs to: both ends in a canonical order, protocol, VLAN ids,
// tunnel depth. ICMP queries and their answers meet under the types; an ICMP error belongs to the
// conversation it quotes.
struct FlowKey {
  std::array<uint64_t, 2> low{}, high{};  // addresses, the smaller end first
  uint16_t low_port = 0, high_port = 0;
  uint8_t protocol = 0;
  uint8_t depth = 0;
  std::array<uint16_t, 3> vlan{};
  uint32_t spi = 0;  // of ESP: each way of each association is a flow

  bool operator==(const FlowKey&) const = default;
  uint64_t hash() const {
    uint64_t mixed = low[0] * 0x9e3779b97f4a7c15ull;
    mixed = (mixed ^ low[1] ^ mixed >> 29) * 0xbf58476d1ce4e5b9ull;
    mixed = (mixed ^ high[0] ^ mixed >> 31) * 0x94d049bb133111ebull;
    mixed = (mixed ^ high[1] ^ mixed >> 29) * 0x9e3779b97f4a7c15ull;
    const uint64_t rest = uint64_t{low_port} << 48 | uint64_t{high_port} << 32 |
                          uint64_t{protocol} << 24 | uint64_t{depth} << 16 | vlan[0];
    mixed ^= rest * 0x9e3779b97f4a7c15ull;
    mixed ^= (uint64_t{spi} << 32 | uint64_t{vlan[1]} << 16 | vlan[2]) * 0x94d049bb133111ebull;
    // All bits of the result depend on all bits so far (the finisher of MurmurHash3): ports alone
    // must spread the flows of two hosts over the whole table.
    mixed = (mixed ^ mixed >> 33) * 0xff51afd7ed558ccdull;
    mixed = (mixed ^ mixed >> 33) * 0xc4ceb9fe1a85ec53ull;
    return mixed ^ mixed >> 33;
  }
};

// The key of a packet and what makes its flow: who sent this packet.
struct FlowTuple {
  FlowKey key;
  Endpoint source, destination;  // of the conversation, seen from this packet
  uint8_t protocol = 0;
  bool source_is_low = true;
  bool quoted = false;  // an ICMP error: source and destination are those of the quoted packet
};

// False: the packet belongs to no conversation: not IP, a fragment, a broken transport header, or a
// protocol without ports (a tunnel is told by what it carries); ESP and ICMP do.
bool flow_tuple(const packet::Packet& packet, FlowTuple& tuple);

}  // namespace picket::inspect::stream
