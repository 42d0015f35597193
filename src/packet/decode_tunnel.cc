// SPDX-License-Identifier: Apache-2.0
// Packets in packets: GRE (RFC 2784, 2890, 2637), ERSPAN (draft-foschiano-erspan), VXLAN (RFC
// 7348), Geneve (RFC 8926), Teredo (RFC 4380).
#include <algorithm>

#include "packet/layers.h"

namespace picket::packet {
namespace {

constexpr uint16_t kGreChecksum = 0x8000, kGreRouting = 0x4000, kGreKey = 0x2000,
                   kGreSequence = 0x1000, kGreStrictRoute = 0x0800, kGreAck = 0x0080;

// The size of the GRE header by its flags, without source routes.
size_t gre_header_bytes(uint16_t flags) {
  size_t size = 4;
  if (flags & (kGreChecksum | kGreRouting)) size += 4;
  if (flags & kGreKey) size += 4;
  if (flags & kGreSequence) size += 4;
  return size;
}

// Source route entries (RFC 1701): family, offset, length; ended by an empty one. Leaves `bytes`
// behind them; false: cut off.
bool skip_source_routes(Bytes& bytes) {
  constexpr size_t kEntry = 4, kEntriesMax = 64;
  for (size_t i = 0; i < kEntriesMax; ++i) {
    if (bytes.size() < kEntry) return false;
    const uint16_t family = load16(bytes.data());
    const size_t size = kEntry + bytes[3];
    if (size > bytes.size()) return false;
    const bool last = family == 0 && size == kEntry;
    bytes = bytes.subspan(size);
    if (last) return true;
  }
  return false;
}

void decode_erspan(Walk& walk, Bytes bytes, bool type_3) {
  const size_t header = type_3 ? 12 : 8;
  if (bytes.size() < header) return walk.event(PacketEvent::k_erspan_header_too_small);
  const uint8_t version = bytes[0] >> 4;
  if (version != (type_3 ? 2 : 1)) return walk.event(PacketEvent::k_erspan_unsupported_version);
  const bool subheader = type_3 && (bytes[11] & 1) != 0;  // platform specific, 8 bytes
  const size_t skip = header + (subheader ? 8 : 0);
  if (bytes.size() < skip) return walk.event(PacketEvent::k_erspan_header_too_small);
  const uint16_t vlan = load16(bytes.data()) & 0x0fff;
  if (vlan != 0) {
    if (walk.packet.vlan_count >= Packet::kVlansMax)
      return walk.event(PacketEvent::k_erspan_too_many_vlan_layers);
    walk.packet.vlan[walk.packet.vlan_count++] = vlan;
  }
  walk.tunnel(Layer::kEthernet, Carrier::kErspan, bytes.subspan(skip));
}

void gre_payload(Walk& walk, uint16_t type, bool has_sequence, Bytes bytes) {
  switch (type) {
    case 0x0800: return walk.tunnel(Layer::kIpv4, Carrier::kGre, bytes);
    case 0x86dd: return walk.tunnel(Layer::kIpv6, Carrier::kGre, bytes);
    case 0x880b: return walk.tunnel(Layer::kPpp, Carrier::kGre, bytes);
    case 0x6558: return walk.tunnel(Layer::kEthernet, Carrier::kGre, bytes);
    case 0x22eb: return decode_erspan(walk, bytes, true);
    case 0x88be:  // type II has a header and a sequence number, type I neither
      if (has_sequence) return decode_erspan(walk, bytes, false);
      if (walk.options.erspan_1) walk.tunnel(Layer::kEthernet, Carrier::kErspan, bytes);
      return;
    case 0x0806: return decode_arp(walk, bytes);
    case 0x8100:
    case 0x8847:
    case 0x8848: return decode_ether_type(walk, type, bytes);
    default: return;
  }
}

void decode_gre_v0(Walk& walk, uint16_t flags, Bytes bytes) {
  if (flags & 0x0700) return walk.event(PacketEvent::k_gre_version0_recur);
  if (flags & 0x00f8) return walk.event(PacketEvent::k_gre_version0_flags);
  const size_t header = gre_header_bytes(flags);
  if (header > bytes.size()) return walk.event(PacketEvent::k_gre_version0_hdr_too_big);
  Bytes rest = bytes.subspan(header);
  if ((flags & kGreRouting) && !skip_source_routes(rest))
    return walk.event(PacketEvent::k_gre_version0_malformed_sre_hdr);
  gre_payload(walk, load16(bytes.data() + 2), (flags & kGreSequence) != 0, rest);
}

void decode_gre_v1(Walk& walk, uint16_t flags, Bytes bytes) {
  constexpr uint16_t kPpp = 0x880b;
  if (flags & kGreChecksum) return walk.event(PacketEvent::k_gre_version1_chksum);
  if (flags & kGreRouting) return walk.event(PacketEvent::k_gre_version1_route);
  if (flags & kGreStrictRoute) return walk.event(PacketEvent::k_gre_version1_ssr);
  if (flags & 0x0700) return walk.event(PacketEvent::k_gre_version1_recur);
  if (flags & 0x0078) return walk.event(PacketEvent::k_gre_version1_flags);
  if (load16(bytes.data() + 2) != kPpp)
    return walk.event(PacketEvent::k_gre_version1_wrong_protocol);
  if (!(flags & kGreKey)) return walk.event(PacketEvent::k_gre_version1_no_key);
  const size_t header = gre_header_bytes(flags) + (flags & kGreAck ? 4 : 0);
  if (header > bytes.size()) return walk.event(PacketEvent::k_gre_version1_hdr_too_big);
  if (header < bytes.size()) walk.tunnel(Layer::kPpp, Carrier::kGre, bytes.subspan(header));
}

bool among(const std::vector<uint16_t>& ports, uint16_t port) {
  return std::find(ports.begin(), ports.end(), port) != ports.end();
}

bool decode_vxlan(Walk& walk, Bytes payload) {
  constexpr size_t kHeader = 8, kEthernet = 14;
  if (payload.size() < kHeader + kEthernet) return false;
  // Without the flag for a valid network id it is something else on that port.
  if ((payload[0] & 0x08) == 0) return false;
  const Bytes inner = payload.subspan(kHeader);
  switch (load16(inner.data() + 12)) {
    case 0x0800:
    case 0x86dd:
    case 0x0806:
    case 0x8100:
    case 0x88a8: break;
    default: walk.event(PacketEvent::k_vxlan_unknown_payload_type); return false;
  }
  walk.tunnel(Layer::kEthernet, Carrier::kVxlan, inner);
  return true;
}

bool decode_geneve(Walk& walk, Bytes payload) {
  constexpr size_t kHeader = 8;
  if (payload.size() < kHeader || payload[0] >> 6 != 0 || payload[7] != 0) return false;
  const size_t header = kHeader + (payload[0] & 0x3f) * size_t{4};
  if (header >= payload.size()) return false;
  const Bytes inner = payload.subspan(header);
  switch (load16(payload.data() + 2)) {
    case 0x6558: walk.tunnel(Layer::kEthernet, Carrier::kGeneve, inner); return true;
    case 0x0800: walk.tunnel(Layer::kIpv4, Carrier::kGeneve, inner); return true;
    case 0x86dd: walk.tunnel(Layer::kIpv6, Carrier::kGeneve, inner); return true;
    default: walk.event(PacketEvent::k_geneve_unknown_payload_type); return false;
  }
}

bool decode_teredo(Walk& walk, Bytes payload) {
  constexpr size_t kIpv6Header = 40, kOrigin = 8;
  // Authentication (0001) and origin (0000) indications may stand in front.
  if (payload.size() >= 13 && payload[0] == 0 && payload[1] == 1) {
    const size_t skip = size_t{13} + payload[2] + payload[3];
    if (skip > payload.size()) return false;
    payload = payload.subspan(skip);
  }
  if (payload.size() >= kOrigin && payload[0] == 0 && payload[1] == 0)
    payload = payload.subspan(kOrigin);
  if (payload.size() < kIpv6Header || payload[0] >> 4 != 6) return false;
  if (load16(payload.data() + 4) + kIpv6Header > payload.size()) return false;
  walk.tunnel(Layer::kIpv6, Carrier::kTeredo, payload);
  return true;
}

}  // namespace

void decode_gre(Walk& walk, Bytes bytes) {
  if (bytes.size() < 4) return walk.event(PacketEvent::k_gre_pkt_too_small);
  const uint16_t flags = load16(bytes.data());
  switch (flags & 7) {
    case 0: return decode_gre_v0(walk, flags, bytes);
    case 1: return decode_gre_v1(walk, flags, bytes);
    default: return walk.event(PacketEvent::k_gre_wrong_version);
  }
}

void decode_udp_tunnel(Walk& walk) {
  const Packet& packet = walk.packet;
  const uint16_t from = packet.source_port, to = packet.destination_port;
  const DecodeOptions& options = walk.options;
  if (options.teredo && (among(options.teredo_ports, to) || among(options.teredo_ports, from)))
    if (decode_teredo(walk, packet.payload)) return;
  if (options.geneve && (among(options.geneve_ports, to) || among(options.geneve_ports, from)))
    if (decode_geneve(walk, packet.payload)) return;
  if (options.vxlan && among(options.vxlan_ports, to)) decode_vxlan(walk, packet.payload);
}

}  // namespace picket::packet
