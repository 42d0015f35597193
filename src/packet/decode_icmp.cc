// SPDX-License-Identifier: Apache-2.0
// ICMP for IPv4 (RFC 792, the registry of types and codes) and IPv6 (RFC 4443, 4861, 2710).
#include <array>

#include "packet/checksum.h"
#include "packet/layers.h"

namespace picket::packet {
namespace {

constexpr size_t kIcmpHeaderMin = 4, kIcmpHeader = 8;

void ports_of(IcmpFields& icmp, Bytes transport) {
  if (icmp.inner_protocol != ip_protocol::kTcp && icmp.inner_protocol != ip_protocol::kUdp &&
      icmp.inner_protocol != ip_protocol::kSctp)
    return;
  if (transport.size() < 4) return;
  icmp.inner_source_port = load16(transport.data());
  icmp.inner_destination_port = load16(transport.data() + 2);
}

void quoted_ipv4(Walk& walk, Bytes bytes) {
  constexpr size_t kIpv4Header = 20;
  if (bytes.size() < kIpv4Header) return walk.event(PacketEvent::k_icmpv4_ipv4_trunc_pkt);
  if (bytes[0] >> 4 != 4) return walk.event(PacketEvent::k_icmpv4_ipv4_unknown_ver);
  IcmpFields& icmp = walk.packet.icmp;
  icmp.inner_version = 4;
  icmp.inner_protocol = bytes[9];
  icmp.inner_source = IpAddress::v4(load32(bytes.data() + 12));
  icmp.inner_destination = IpAddress::v4(load32(bytes.data() + 16));
  const size_t header = (bytes[0] & 0x0f) * size_t{4};
  if (header >= kIpv4Header && header < bytes.size()) ports_of(icmp, bytes.subspan(header));
}

void quoted_ipv6(Walk& walk, Bytes bytes) {
  constexpr size_t kIpv6Header = 40;
  if (bytes.size() < kIpv6Header) return walk.event(PacketEvent::k_icmpv6_ipv6_trunc_pkt);
  if (bytes[0] >> 4 != 6) return walk.event(PacketEvent::k_icmpv6_ipv6_unknown_version);
  IcmpFields& icmp = walk.packet.icmp;
  icmp.inner_version = 6;
  icmp.inner_protocol = bytes[6];
  icmp.inner_source = IpAddress::v6_bytes(bytes.data() + 8);
  icmp.inner_destination = IpAddress::v6_bytes(bytes.data() + 24);
  ports_of(icmp, bytes.subspan(kIpv6Header));
}

// The highest code in use for each ICMPv4 type; -1: no such type.
int code_max_v4(uint8_t type) {
  constexpr std::array<int8_t, 19> kCodes = {0, -1, -1, 15, 0, 3, -1, -1, 0, 16,
                                             0, 1,  2,  0,  0, 0, 0,  0,  0};
  if (type < kCodes.size()) return kCodes[type];
  switch (type) {
    case 30:
    case 42:
    case 43: return 4;
    default: return -1;
  }
}

// The same for ICMPv6: informational messages and errors.
int code_max_v6(uint8_t type) {
  switch (type) {
    case 1: return 7;
    case 2: return 0;
    case 3: return 1;
    case 4: return 3;
    case 138: return 255;
    case 139:
    case 140: return 2;
    case 128:
    case 129:
    case 130:
    case 131:
    case 132:
    case 133:
    case 134:
    case 135:
    case 136:
    case 137:
    case 141:
    case 142:
    case 143:
    case 144:
    case 145:
    case 146:
    case 147:
    case 148:
    case 149:
    case 151:
    case 152:
    case 153:
    case 154:
    case 155: return 255;
    default: return -1;
  }
}

bool take_icmp(Walk& walk, Bytes bytes, PacketEvent too_small) {
  Packet& packet = walk.packet;
  if (bytes.size() < kIcmpHeaderMin) {
    walk.event(too_small);
    return false;
  }
  const size_t header = bytes.size() < kIcmpHeader ? bytes.size() : kIcmpHeader;
  packet.has_transport = true;
  packet.transport_header = bytes.first(header);
  packet.payload = bytes.subspan(header);
  packet.icmp.type = bytes[0];
  packet.icmp.code = bytes[1];
  if (walk.options.checksums) packet.transport_checksum = check_transport(packet);
  return true;
}

void take_echo(IcmpFields& icmp, Bytes bytes) {
  if (bytes.size() < kIcmpHeader) return;
  icmp.id = load16(bytes.data() + 4);
  icmp.seq = load16(bytes.data() + 6);
}

}  // namespace

void decode_icmpv4(Walk& walk, Bytes bytes) {
  constexpr size_t kFull = 8;
  if (bytes.size() < kFull) return walk.event(PacketEvent::k_icmpv4_pkt_too_small);
  if (!take_icmp(walk, bytes, PacketEvent::k_icmpv4_pkt_too_small)) return;
  IcmpFields& icmp = walk.packet.icmp;
  const int code_max = code_max_v4(icmp.type);
  if (code_max < 0)
    walk.event(PacketEvent::k_icmpv4_unknown_type);
  else if (icmp.code > code_max)
    walk.event(PacketEvent::k_icmpv4_unknown_code);
  switch (icmp.type) {
    case 0:
    case 8:
    case 13:
    case 14:
    case 15:
    case 16:
    case 17:
    case 18: take_echo(icmp, bytes); break;
    case 3: icmp.mtu = load16(bytes.data() + 6); [[fallthrough]];
    case 4:
    case 5:
    case 11:
    case 12:
      if (icmp.code <= code_max) quoted_ipv4(walk, bytes.subspan(kIcmpHeader));
      break;
    default: break;
  }
}

void decode_icmpv6(Walk& walk, Bytes bytes) {
  constexpr size_t kFull = 8;
  if (bytes.size() < kFull) return walk.event(PacketEvent::k_icmpv6_pkt_too_small);
  if (!take_icmp(walk, bytes, PacketEvent::k_icmpv6_pkt_too_small)) return;
  IcmpFields& icmp = walk.packet.icmp;
  const int code_max = code_max_v6(icmp.type);
  if (code_max < 0) {
    switch (icmp.type) {
      case 100:
      case 101:
      case 200:
      case 201: walk.event(PacketEvent::k_icmpv6_experimentation_type); break;
      default:
        walk.event(icmp.type < 128 || icmp.type > 155 ? PacketEvent::k_icmpv6_unassigned_type
                                                      : PacketEvent::k_icmpv6_unknown_type);
    }
  } else if (icmp.code > code_max) {
    walk.event(PacketEvent::k_icmpv6_unknown_code);
  }
  switch (icmp.type) {
    case 2: icmp.mtu = load32(bytes.data() + 4); [[fallthrough]];
    case 1:
    case 3:
    case 4:
      if (icmp.code <= code_max) quoted_ipv6(walk, bytes.subspan(kIcmpHeader));
      break;
    case 128:
    case 129: take_echo(icmp, bytes); break;
    case 130:
    case 131:
    case 132:  // multicast listener discovery never leaves the link
      if (walk.packet.ttl != 1) walk.event(PacketEvent::k_icmpv6_mld_message_with_invalid_hl);
      break;
    default: break;
  }
}

}  // namespace picket::packet
