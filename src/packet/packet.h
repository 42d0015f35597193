// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "base/address.h"
#include "base/byte_reader.h"
#include "base/clock.h"
#include "packet/packet_event.h"

namespace picket::packet {

enum class Checksum : uint8_t { kUnchecked, kGood, kBad };

// What a packet travelled in, innermost first: EVE's pkt_src.
enum class Carrier : uint8_t {
  kWire,  // as captured
  kGre,
  kIpInIp4,  // IP in IPv4
  kIpInIp6,  // IP in IPv6
  kTeredo,
  kVxlan,
  kGeneve,
  kErspan,
  kFragments,  // put together by defragmentation
  kStreamEnd,  // no packet at all: the end of a flow, looked at in one direction
};

namespace tcp_flag {
constexpr uint8_t kFin = 0x01, kSyn = 0x02, kRst = 0x04, kPsh = 0x08, kAck = 0x10, kUrg = 0x20,
                  kEce = 0x40, kCwr = 0x80;
}
namespace ip_protocol {
constexpr uint8_t kHopByHop = 0, kIcmp = 1, kIgmp = 2, kIpip = 4, kTcp = 6, kUdp = 17, kIpv6 = 41,
                  kRouting = 43, kFragment = 44, kGre = 47, kEsp = 50, kAh = 51, kIcmpv6 = 58,
                  kNone = 59, kDestOptions = 60, kSctp = 132;
}

struct TcpFields {
  uint32_t seq = 0, ack = 0;
  uint16_t window = 0, urgent = 0;
  uint8_t flags = 0;
  uint8_t offset_bytes = 0;  // of the header
  // Options: has_* false where absent or malformed.
  bool has_mss = false, has_window_scale = false, has_timestamp = false, sack_permitted = false,
       has_sack = false, fast_open = false;
  uint8_t window_scale = 0;
  uint16_t mss = 0;
  uint32_t timestamp = 0, timestamp_echo = 0;
  uint8_t fast_open_cookie_length = 0;
  Bytes sack;  // pairs of 32 bit edges
};

struct IcmpFields {
  uint8_t type = 0, code = 0;
  uint16_t id = 0, seq = 0;  // of echo and its like
  uint32_t mtu = 0;          // ICMPv6 packet too big; ICMPv4 fragmentation needed
  // The packet an error message quotes; version 0: none.
  uint8_t inner_version = 0, inner_protocol = 0;
  IpAddress inner_source, inner_destination;
  uint16_t inner_source_port = 0, inner_destination_port = 0;
};

struct Ipv6Headers {  // extension headers, those that keywords or reassembly ask for
  bool has_fragment = false, has_hop_by_hop = false, has_routing = false, has_destination = false,
       has_ah = false, has_esp = false, has_none = false;
  uint16_t fragment_offset = 0;  // in bytes
  bool more_fragments = false;
  uint32_t fragment_id = 0;
};

struct ArpFields {
  uint16_t opcode = 0;
  std::array<uint8_t, 6> source_mac{}, destination_mac{};
  uint32_t source_ip = 0, destination_ip = 0;  // host order
};

// One packet, decoded: what its headers say, and views into its bytes. Filled by decode() and
// reused from packet to packet without allocating. All views borrow from the frame given to
// decode() (or from the defragmenter's buffer) and live as long as the packet is worked on. Numbers
// are in host order. A tunnelled packet is a Packet of its own, with `depth` one more than what
// carried it. Layers that are not there have empty views; fields of absent layers mean nothing.
struct Packet {
  static constexpr size_t kVlansMax = 3;    // further tags are walked past
  static constexpr size_t kEventsMax = 15;  // further ones are dropped

  uint64_t number = 0;  // of the frame in its capture, from 1 (EVE's pcap_cnt); 0: no frame
  WallTime time;
  Bytes frame;               // from the link header on; of a tunnelled packet: its own bytes
  uint32_t wire_length = 0;  // of the frame when it was sent; frame may be less (snap length)
  uint8_t depth = 0;         // tunnels around it
  Carrier carrier = Carrier::kWire;

  // Link layer
  bool has_ethernet = false;
  std::array<uint8_t, 6> source_mac{}, destination_mac{};
  uint16_t ether_type = 0;
  uint8_t vlan_count = 0;
  std::array<uint16_t, kVlansMax> vlan{};  // ids, outermost first
  bool has_arp = false;
  ArpFields arp;

  // Internet layer; ip_version 0: none
  uint8_t ip_version = 0;
  uint8_t protocol = 0;  // IP protocol number of what comes after all extension headers
  uint8_t ttl = 0;       // hop limit
  uint8_t tos = 0;       // traffic class
  bool dont_fragment = false, more_fragments = false, reserved_bit = false;
  bool is_fragment = false;      // a piece not yet put together: no transport layer
  bool is_rebuilt = false;       // put together from pieces
  uint16_t fragment_offset = 0;  // in bytes
  uint32_t ip_id = 0;
  IpAddress source, destination;
  Bytes ip_header;               // with IPv4 options and IPv6 extension headers: ipv4.hdr, ipv6.hdr
  Bytes ip_options;              // IPv4: the options as sent
  Bytes ip_payload;              // what the IP header carries, IPv6: after the extension headers
  uint32_t ip_options_seen = 0;  // IPv4: bit n set for option kinds below (kIpOption*)
  Ipv6Headers ipv6;
  Checksum ip_checksum = Checksum::kUnchecked;

  // Transport layer; has_transport false when protocol is not one of those decoded, or is broken
  bool has_transport = false;
  uint16_t source_port = 0, destination_port = 0;  // TCP, UDP, SCTP
  Bytes transport_header;  // tcp.hdr (with options), udp.hdr, icmpv4.hdr, icmpv6.hdr, SCTP common
                           // header
  Checksum transport_checksum = Checksum::kUnchecked;
  TcpFields tcp;
  IcmpFields icmp;
  uint32_t esp_spi = 0;
  Bytes payload;  // of the transport layer (or of IP where there is no transport layer decoded)

  uint8_t event_count = 0;
  std::array<PacketEvent, kEventsMax> events{};

  void add_event(PacketEvent event) {
    if (event_count < kEventsMax) events[event_count++] = event;
  }
  bool has_event(PacketEvent event) const {
    for (uint8_t i = 0; i < event_count; ++i)
      if (events[i] == event) return true;
    return false;
  }
  bool is_tcp() const { return has_transport && protocol == ip_protocol::kTcp; }
  bool is_udp() const { return has_transport && protocol == ip_protocol::kUdp; }
  bool is_icmp() const {
    return has_transport && (protocol == ip_protocol::kIcmp || protocol == ip_protocol::kIcmpv6);
  }
};

// Bits of Packet::ip_options_seen, as the keyword ipopts tells options apart.
constexpr uint32_t kIpOptionEol = 1 << 0, kIpOptionNop = 1 << 1, kIpOptionRr = 1 << 2,
                   kIpOptionTs = 1 << 3, kIpOptionSec = 1 << 4, kIpOptionEsec = 1 << 5,
                   kIpOptionLsrr = 1 << 6, kIpOptionSsrr = 1 << 7, kIpOptionSatid = 1 << 8,
                   kIpOptionCipso = 1 << 9, kIpOptionRtralt = 1 << 10, kIpOptionOther = 1 << 11;

}  // namespace picket::packet
