// SPDX-License-Identifier: Apache-2.0
// IPv4 (RFC 791) and what an IP header of either version may carry.
#include "packet/checksum.h"
#include "packet/layers.h"

namespace picket::packet {
namespace {

constexpr size_t kIpv4HeaderMin = 20;

// The bit of ip_options_seen for an option kind; 0: unknown.
uint32_t option_bit(uint8_t kind) {
  switch (kind) {
    case 7: return kIpOptionRr;
    case 68: return kIpOptionTs;
    case 130: return kIpOptionSec;
    case 131: return kIpOptionLsrr;
    case 133: return kIpOptionEsec;
    case 134: return kIpOptionCipso;
    case 136: return kIpOptionSatid;
    case 137: return kIpOptionSsrr;
    case 148: return kIpOptionRtralt;
    default: return 0;
  }
}

// Lengths and pointers as the options' definitions have them. `option` with kind and length.
std::optional<PacketEvent> option_problem(uint32_t bit, Bytes option) {
  const size_t size = option.size();
  const auto pointer_ok = [&](uint8_t least) {
    return option[2] >= least && option[2] % 4 == least % 4 && option[2] <= size + 1;
  };
  switch (bit) {
    case kIpOptionRr:
    case kIpOptionLsrr:
    case kIpOptionSsrr:
      if (size < 3) return PacketEvent::k_ipv4_opt_invalid_len;
      if (!pointer_ok(4)) return PacketEvent::k_ipv4_opt_malformed;
      break;
    case kIpOptionTs:
      if (size < 5) return PacketEvent::k_ipv4_opt_invalid_len;
      if (option[2] < 5 || option[2] > size + 1) return PacketEvent::k_ipv4_opt_malformed;
      break;
    case kIpOptionSec:
      if (size != 11) return PacketEvent::k_ipv4_opt_invalid_len;
      break;
    case kIpOptionEsec:
      if (size < 3) return PacketEvent::k_ipv4_opt_invalid_len;
      break;
    case kIpOptionSatid:
    case kIpOptionRtralt:
      if (size != 4) return PacketEvent::k_ipv4_opt_invalid_len;
      break;
    case kIpOptionCipso: {
      if (size < 8) return PacketEvent::k_ipv4_opt_invalid_len;
      for (size_t at = 6; at < size;) {  // tags: kind, length
        if (size - at < 2 || option[at + 1] < 2 || option[at + 1] > size - at)
          return PacketEvent::k_ipv4_opt_malformed;
        at += option[at + 1];
      }
      break;
    }
    default: break;
  }
  return std::nullopt;
}

void walk_options(Walk& walk, Bytes options) {
  Packet& packet = walk.packet;
  packet.ip_options = options;
  if (options.size() % 8 != 0) walk.event(PacketEvent::k_ipv4_opt_pad_required);
  while (!options.empty()) {
    const uint8_t kind = options[0];
    if (kind == 0) {
      packet.ip_options_seen |= kIpOptionEol;
      return;
    }
    if (kind == 1) {
      packet.ip_options_seen |= kIpOptionNop;
      options = options.subspan(1);
      continue;
    }
    if (options.size() < 2) return walk.event(PacketEvent::k_ipv4_opt_eol_required);
    const uint8_t size = options[1];
    if (size < 2 || size > options.size()) return walk.event(PacketEvent::k_ipv4_opt_invalid_len);
    const uint32_t bit = option_bit(kind);
    if (bit == 0) {
      packet.ip_options_seen |= kIpOptionOther;
      walk.event(PacketEvent::k_ipv4_opt_invalid);
    } else if (packet.ip_options_seen & bit) {
      walk.event(PacketEvent::k_ipv4_opt_duplicate);
    } else if (const auto problem = option_problem(bit, options.first(size))) {
      walk.event(*problem);  // its size says where the next one begins all the same
    }
    packet.ip_options_seen |= bit;
    options = options.subspan(size);
  }
}

}  // namespace

void decode_ip(Walk& walk, Bytes bytes) {
  if (bytes.empty()) return walk.event(PacketEvent::k_ipv4_pkt_too_small);
  switch (bytes[0] >> 4) {
    case 4: return decode_ipv4(walk, bytes);
    case 6: return decode_ipv6(walk, bytes);
    default: return walk.event(PacketEvent::k_ipraw_invalid_ip_version);
  }
}

void decode_ipv4(Walk& walk, Bytes bytes) {
  if (!walk.enter()) return;
  Packet& packet = walk.packet;
  if (bytes.size() < kIpv4HeaderMin) return walk.event(PacketEvent::k_ipv4_pkt_too_small);
  const uint8_t* at = bytes.data();
  if (at[0] >> 4 != 4) return walk.event(PacketEvent::k_ipv4_wrong_ip_version);
  const size_t header = (at[0] & 0x0f) * size_t{4}, total = load16(at + 2);
  if (header < kIpv4HeaderMin) return walk.event(PacketEvent::k_ipv4_hlen_too_small);
  if (total < header) return walk.event(PacketEvent::k_ipv4_iplen_smaller_than_hlen);
  if (total > bytes.size()) return walk.event(PacketEvent::k_ipv4_trunc_pkt);
  packet.ip_version = 4;
  packet.ip_header = bytes.first(header);
  packet.tos = at[1];
  packet.ip_id = load16(at + 4);
  const uint16_t fragment = load16(at + 6);
  packet.reserved_bit = (fragment & 0x8000) != 0;
  packet.dont_fragment = (fragment & 0x4000) != 0;
  packet.more_fragments = (fragment & 0x2000) != 0;
  packet.fragment_offset = static_cast<uint16_t>((fragment & 0x1fff) * 8);
  packet.ttl = at[8];
  packet.protocol = at[9];
  packet.source = IpAddress::v4(load32(at + 12));
  packet.destination = IpAddress::v4(load32(at + 16));
  packet.ip_payload = bytes.subspan(header, total - header);
  packet.payload = packet.ip_payload;
  if (header > kIpv4HeaderMin)
    walk_options(walk, bytes.subspan(kIpv4HeaderMin, header - kIpv4HeaderMin));
  if (walk.options.checksums) packet.ip_checksum = check_ipv4_header(packet.ip_header);
  if (packet.more_fragments || packet.fragment_offset != 0) {
    packet.is_fragment = true;
    packet.payload = {};  // is looked at once it is put together
    return;
  }
  decode_ip_payload(walk, packet.protocol, packet.ip_payload);
}

void decode_ip_payload(Walk& walk, uint8_t protocol, Bytes bytes) {
  const bool v4 = walk.packet.ip_version == 4;
  switch (protocol) {
    case ip_protocol::kTcp:
    case ip_protocol::kUdp:
      walk.packet.payload = {};  // there is none behind a header that cannot be read
      return protocol == ip_protocol::kTcp ? decode_tcp(walk, bytes) : decode_udp(walk, bytes);
    case ip_protocol::kSctp: return decode_sctp(walk, bytes);
    case ip_protocol::kEsp: return decode_esp(walk, bytes);
    case ip_protocol::kGre: return decode_gre(walk, bytes);
    case ip_protocol::kIgmp: return decode_igmp(walk, bytes);
    case ip_protocol::kIcmp:
      if (v4) return decode_icmpv4(walk, bytes);
      return walk.event(PacketEvent::k_ipv6_icmpv4);
    case ip_protocol::kIcmpv6:
      if (!v4) return decode_icmpv6(walk, bytes);
      return walk.event(PacketEvent::k_ipv4_icmpv6);
    case ip_protocol::kIpip:
      if (!v4 && bytes.size() < kIpv4HeaderMin)
        return walk.event(PacketEvent::k_ipv6_ipv4_in_ipv6_too_small);
      if (!v4 && bytes[0] >> 4 != 4)
        return walk.event(PacketEvent::k_ipv6_ipv4_in_ipv6_wrong_version);
      return walk.tunnel(Layer::kIpv4, v4 ? Carrier::kIpInIp4 : Carrier::kIpInIp6, bytes);
    case ip_protocol::kIpv6:
      if (!v4 && bytes.size() < 40) return walk.event(PacketEvent::k_ipv6_ipv6_in_ipv6_too_small);
      if (!v4 && bytes[0] >> 4 != 6)
        return walk.event(PacketEvent::k_ipv6_ipv6_in_ipv6_wrong_version);
      return walk.tunnel(Layer::kIpv6, v4 ? Carrier::kIpInIp4 : Carrier::kIpInIp6, bytes);
    default: break;
  }
}

}  // namespace picket::packet
