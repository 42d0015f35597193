// SPDX-License-Identifier: Apache-2.0
// Link layers, and ARP.
#include <algorithm>

#include "packet/layers.h"

namespace picket::packet {
namespace {

constexpr size_t kEthernetHeader = 14, kCookedHeader = 16, kCooked2Header = 20, kNullHeader = 4;

}  // namespace

void decode_ethernet(Walk& walk, Bytes bytes) {
  if (!walk.enter()) return;
  Packet& packet = walk.packet;
  if (bytes.size() < kEthernetHeader) return walk.event(PacketEvent::k_ethernet_pkt_too_small);
  packet.has_ethernet = true;
  std::copy_n(bytes.data(), 6, packet.destination_mac.begin());
  std::copy_n(bytes.data() + 6, 6, packet.source_mac.begin());
  packet.ether_type = load16(bytes.data() + 12);
  decode_ether_type(walk, packet.ether_type, bytes.subspan(kEthernetHeader));
}

void decode_ether_type(Walk& walk, uint16_t type, Bytes bytes) {
  switch (type) {
    case 0x0800: return decode_ipv4(walk, bytes);
    case 0x86dd: return decode_ipv6(walk, bytes);
    case 0x0806: return decode_arp(walk, bytes);
    case 0x8100:
    case 0x88a8:
    case 0x9100:
    case 0x9200:
    case 0x9300: return decode_vlan(walk, bytes);
    case 0x88e7: return decode_802_1ah(walk, bytes);
    case 0x8847:
    case 0x8848: return decode_mpls(walk, bytes);
    case 0x8863: return decode_pppoe_discovery(walk, bytes);
    case 0x8864: return decode_pppoe_session(walk, bytes);
    case 0x894f: return decode_nsh(walk, bytes);
    case 0x8903:  // FabricPath: an Ethernet frame in an Ethernet frame
      if (bytes.size() < kEthernetHeader + 2) return walk.event(PacketEvent::k_dce_pkt_too_small);
      return decode_ethernet(walk, bytes.subspan(2));
    case 0x8926:  // VN-Tag: 4 bytes, then the type
      if (bytes.size() < 6) return walk.event(PacketEvent::k_vntag_header_too_small);
      return walk.enter() ? decode_ether_type(walk, load16(bytes.data() + 4), bytes.subspan(6))
                          : void();
    case 0x893f:  // E-Tag (802.1BR): 6 bytes, then the type
      if (bytes.size() < 8) return walk.event(PacketEvent::k_etag_header_too_small);
      return walk.enter() ? decode_ether_type(walk, load16(bytes.data() + 6), bytes.subspan(8))
                          : void();
    default:
      if (type >= 0x600) walk.event(PacketEvent::k_ethernet_unknown_ethertype);
  }
}

void decode_linux_cooked(Walk& walk, Bytes bytes) {
  if (bytes.size() < kCookedHeader) return walk.event(PacketEvent::k_sll_pkt_too_small);
  walk.packet.ether_type = load16(bytes.data() + 14);
  decode_ether_type(walk, walk.packet.ether_type, bytes.subspan(kCookedHeader));
}

void decode_linux_cooked2(Walk& walk, Bytes bytes) {
  if (bytes.size() < kCooked2Header) return walk.event(PacketEvent::k_sll2_pkt_too_small);
  walk.packet.ether_type = load16(bytes.data());
  decode_ether_type(walk, walk.packet.ether_type, bytes.subspan(kCooked2Header));
}

void decode_null(Walk& walk, Bytes bytes) {
  if (bytes.size() < kNullHeader) return walk.event(PacketEvent::k_ltnull_pkt_too_small);
  // The address family, in the byte order of whoever captured: below 2^16 one way only.
  uint32_t family = load32(bytes.data());
  if (family > 0xffff) family = std::byteswap(family);
  const Bytes rest = bytes.subspan(kNullHeader);
  switch (family) {
    case 2: return decode_ipv4(walk, rest);
    case 10:
    case 24:
    case 28:
    case 30: return decode_ipv6(walk, rest);
    default: return walk.event(PacketEvent::k_ltnull_unsupported_type);
  }
}

void decode_ppp(Walk& walk, Bytes bytes) {
  // With or without HDLC-like framing (RFC 1662), protocol field of one byte or two (RFC 1661).
  if (bytes.size() >= 2 && bytes[0] == 0xff && bytes[1] == 0x03) bytes = bytes.subspan(2);
  if (bytes.empty()) return walk.event(PacketEvent::k_ppp_pkt_too_small);
  if (bytes[0] & 1) return decode_ppp_protocol(walk, bytes[0], bytes.subspan(1));
  if (bytes.size() < 2) return walk.event(PacketEvent::k_ppp_pkt_too_small);
  decode_ppp_protocol(walk, load16(bytes.data()), bytes.subspan(2));
}

void decode_cisco_hdlc(Walk& walk, Bytes bytes) {
  if (bytes.size() < 4) return walk.event(PacketEvent::k_chdlc_pkt_too_small);
  walk.packet.ether_type = load16(bytes.data() + 2);
  decode_ether_type(walk, walk.packet.ether_type, bytes.subspan(4));
}

void decode_nflog(Walk& walk, Bytes bytes) {
  constexpr uint16_t kPayload = 9;
  if (bytes.size() < 4) return;
  const uint8_t family = bytes[0];
  for (size_t at = 4; at + 4 <= bytes.size();) {  // attributes: length, type, both in host order
    const uint16_t length = static_cast<uint16_t>(bytes[at] | bytes[at + 1] << 8);
    const uint16_t type = static_cast<uint16_t>(bytes[at + 2] | bytes[at + 3] << 8);
    if (length < 4 || length > bytes.size() - at) return;
    if ((type & 0x7fff) == kPayload) {
      const Bytes payload = bytes.subspan(at + 4, length - 4u);
      return family == 10 ? decode_ipv6(walk, payload) : decode_ipv4(walk, payload);
    }
    at += (length + size_t{3}) & ~size_t{3};
  }
}

void decode_arp(Walk& walk, Bytes bytes) {
  constexpr size_t kArpBytes = 28;
  if (bytes.size() < kArpBytes) return walk.event(PacketEvent::k_arp_pkt_too_small);
  const uint8_t* at = bytes.data();
  if (load16(at) != 1) return walk.event(PacketEvent::k_arp_unsupported_hardware);
  if (load16(at + 2) != 0x0800) return walk.event(PacketEvent::k_arp_unsupported_protocol);
  if (at[4] != 6) return walk.event(PacketEvent::k_arp_invalid_hardware_size);
  if (at[5] != 4) return walk.event(PacketEvent::k_arp_invalid_protocol_size);
  ArpFields& arp = walk.packet.arp;
  arp.opcode = load16(at + 6);
  if (arp.opcode == 0 || arp.opcode > 10) walk.event(PacketEvent::k_arp_unsupported_opcode);
  std::copy_n(at + 8, 6, arp.source_mac.begin());
  arp.source_ip = load32(at + 14);
  std::copy_n(at + 18, 6, arp.destination_mac.begin());
  arp.destination_ip = load32(at + 24);
  walk.packet.has_arp = true;
}

}  // namespace picket::packet
