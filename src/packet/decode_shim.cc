// SPDX-License-Identifier: Apache-2.0
// What stands between the link header and IP: tags, labels, sessions, service headers.
#include "packet/layers.h"

namespace picket::packet {

void decode_vlan(Walk& walk, Bytes bytes) {
  if (!walk.enter()) return;
  if (bytes.size() < 4) return walk.event(PacketEvent::k_vlan_header_too_small);
  Packet& packet = walk.packet;
  if (packet.vlan_count < Packet::kVlansMax)
    packet.vlan[packet.vlan_count++] = load16(bytes.data()) & 0x0fff;
  else
    walk.event(PacketEvent::k_vlan_too_many_layers);
  const uint16_t type = load16(bytes.data() + 2);
  if (type < 0x600 && type != 0) return walk.event(PacketEvent::k_vlan_unknown_type);
  decode_ether_type(walk, type, bytes.subspan(4));
}

void decode_802_1ah(Walk& walk, Bytes bytes) {
  // Service tag (4), customer addresses (12), then what they carried.
  constexpr size_t kHeader = 16;
  if (!walk.enter()) return;
  if (bytes.size() < kHeader + 2) return walk.event(PacketEvent::k_ieee8021ah_header_too_small);
  decode_ether_type(walk, load16(bytes.data() + kHeader), bytes.subspan(kHeader + 2));
}

void decode_mpls(Walk& walk, Bytes bytes) {
  if (!walk.enter()) return;
  constexpr size_t kLabelsMax = 32;
  uint32_t entry = 0;
  for (size_t i = 0;; ++i) {
    if (bytes.size() < 4 || i == kLabelsMax)
      return walk.event(PacketEvent::k_mpls_header_too_small);
    entry = load32(bytes.data());
    bytes = bytes.subspan(4);
    if (entry & 0x100) break;  // bottom of the stack
  }
  switch (const uint32_t label = entry >> 12; label) {
    case 0: return decode_ipv4(walk, bytes);
    case 2: return decode_ipv6(walk, bytes);
    case 1: walk.event(PacketEvent::k_mpls_bad_label_router_alert); break;
    case 3: walk.event(PacketEvent::k_mpls_bad_label_implicit_null); break;
    default:
      if (label < 16) walk.event(PacketEvent::k_mpls_bad_label_reserved);
  }
  if (bytes.empty()) return walk.event(PacketEvent::k_mpls_pkt_too_small);
  switch (bytes[0] >> 4) {
    case 4: return decode_ipv4(walk, bytes);
    case 6: return decode_ipv6(walk, bytes);
    case 0:  // a pseudowire's control word, then Ethernet
      if (bytes.size() < 4 + 14) return walk.event(PacketEvent::k_mpls_pkt_too_small);
      return decode_ethernet(walk, bytes.subspan(4));
    default: return walk.event(PacketEvent::k_mpls_unknown_payload_type);
  }
}

void decode_pppoe_session(Walk& walk, Bytes bytes) {
  if (!walk.enter()) return;
  if (bytes.size() < 7) return walk.event(PacketEvent::k_pppoe_pkt_too_small);
  if (bytes[1] != 0) return walk.event(PacketEvent::k_pppoe_wrong_code);
  decode_ppp(walk, bytes.subspan(6));
}

void decode_pppoe_discovery(Walk& walk, Bytes bytes) {
  if (bytes.size() < 6) return walk.event(PacketEvent::k_pppoe_pkt_too_small);
  switch (bytes[1]) {
    case 0x09:
    case 0x07:
    case 0x19:
    case 0x65:
    case 0xa7: break;
    default: return walk.event(PacketEvent::k_pppoe_wrong_code);
  }
  const size_t length = load16(bytes.data() + 4);
  if (length > bytes.size() - 6) return walk.event(PacketEvent::k_pppoe_malformed_tags);
  Bytes tags = bytes.subspan(6, length);
  while (tags.size() >= 4) {
    const size_t size = load16(tags.data() + 2);
    if (size > tags.size() - 4) return walk.event(PacketEvent::k_pppoe_malformed_tags);
    tags = tags.subspan(4 + size);
  }
}

void decode_ppp_protocol(Walk& walk, uint16_t protocol, Bytes bytes) {
  constexpr size_t kIpv4Header = 20, kIpv6Header = 40, kVjHeader = 40;
  switch (protocol) {
    case 0x0021:
      if (bytes.size() < kIpv4Header) return walk.event(PacketEvent::k_ppp_ip4_pkt_too_small);
      return decode_ipv4(walk, bytes);
    case 0x002f:  // Van Jacobson, not compressed
      if (bytes.size() < kVjHeader) return walk.event(PacketEvent::k_ppp_vju_pkt_too_small);
      if (bytes[0] >> 4 == 4) return decode_ipv4(walk, bytes);
      return;
    case 0x0057:
      if (bytes.size() < kIpv6Header) return walk.event(PacketEvent::k_ppp_ip6_pkt_too_small);
      return decode_ipv6(walk, bytes);
    case 0x0281: return decode_mpls(walk, bytes);
    // Known, and nothing for us: compressed TCP, other network layers, control protocols.
    case 0x002d:
    case 0x0023:
    case 0x0025:
    case 0x0027:
    case 0x0029:
    case 0x002b:
    case 0x0031:
    case 0x0033:
    case 0x0035:
    case 0x003d:
    case 0x003f:
    case 0x8021:
    case 0x8023:
    case 0x8025:
    case 0x8027:
    case 0x8029:
    case 0x802b:
    case 0x8031:
    case 0x8033:
    case 0x8035:
    case 0x803d:
    case 0x803f:
    case 0x8057:
    case 0x80fd:
    case 0xc021:
    case 0xc023:
    case 0xc025:
    case 0xc223: return walk.event(PacketEvent::k_ppp_unsup_proto);
    default: return walk.event(PacketEvent::k_ppp_wrong_type);
  }
}

void decode_nsh(Walk& walk, Bytes bytes) {
  if (!walk.enter()) return;
  if (bytes.size() < 8) return walk.event(PacketEvent::k_nsh_header_too_small);
  const uint16_t first = load16(bytes.data());
  const size_t length = (first & 0x3f) * size_t{4};
  const uint8_t kind = bytes[2] & 0x0f, next = bytes[3];
  if (first >> 14 != 0) return walk.event(PacketEvent::k_nsh_unsupported_version);
  if (length < 8 || length >= bytes.size() || (kind == 1 && length != 24))
    return walk.event(PacketEvent::k_nsh_bad_header_length);
  if (kind == 0 || kind == 15) return walk.event(PacketEvent::k_nsh_reserved_type);
  if (kind != 1 && kind != 2) return walk.event(PacketEvent::k_nsh_unsupported_type);
  const Bytes rest = bytes.subspan(length);
  switch (next) {
    case 1: return decode_ipv4(walk, rest);
    case 2: return decode_ipv6(walk, rest);
    case 3: return decode_ethernet(walk, rest);
    case 5: return decode_mpls(walk, rest);
    default: return walk.event(PacketEvent::k_nsh_unknown_payload);
  }
}

}  // namespace picket::packet
