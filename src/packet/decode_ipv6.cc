// SPDX-License-Identifier: Apache-2.0
// IPv6 and its extension headers (RFC 8200).
#include "packet/layers.h"

namespace picket::packet {
namespace {

constexpr size_t kIpv6Header = 40, kFragmentHeader = 8, kAhFixed = 12;

IpAddress address_at(const uint8_t* at) { return IpAddress::v6_bytes(at); }

// Hop-by-hop and destination options (RFC 8200 4.2). `options` without the two bytes in front.
void walk_options(Walk& walk, Bytes options, bool hop_by_hop) {
  bool only_padding = !options.empty();
  while (!options.empty()) {
    const uint8_t kind = options[0];
    if (kind == 0) {  // Pad1
      options = options.subspan(1);
      continue;
    }
    if (options.size() < 2 || options[1] > options.size() - 2)
      return walk.event(PacketEvent::k_ipv6_exthdr_invalid_optlen);
    const uint8_t size = options[1];
    bool known = true;
    switch (kind) {
      case 1:  // PadN
        if (size == 0) walk.event(PacketEvent::k_ipv6_zero_len_padn);
        break;
      case 5:  // router alert
        if (size != 2) return walk.event(PacketEvent::k_ipv6_exthdr_invalid_optlen);
        break;
      case 0xc2:  // jumbo payload
        if (size != 4) return walk.event(PacketEvent::k_ipv6_exthdr_invalid_optlen);
        break;
      case 0xc9:  // home address
        if (size != 16) return walk.event(PacketEvent::k_ipv6_exthdr_invalid_optlen);
        break;
      default: known = false;
    }
    if (!known)
      walk.event(hop_by_hop ? PacketEvent::k_ipv6_hopopts_unknown_opt
                            : PacketEvent::k_ipv6_dstopts_unknown_opt);
    if (kind != 1) only_padding = false;
    options = options.subspan(size_t{2} + size);
  }
  if (only_padding)
    walk.event(hop_by_hop ? PacketEvent::k_ipv6_hopopts_only_padding
                          : PacketEvent::k_ipv6_dstopts_only_padding);
}

// The walk over extension headers: what comes next, and what is left.
struct Headers {
  Walk& walk;
  uint8_t next;
  Bytes rest;
  unsigned destinations = 0;
  bool any_yet = false;  // an extension header was there

  // The header of (length + 1) * 8 bytes at the front; empty when it is cut off.
  Bytes take() {
    if (rest.size() < 2 || (rest[1] + size_t{1}) * 8 > rest.size()) {
      walk.event(PacketEvent::k_ipv6_trunc_exthdr);
      return {};
    }
    const Bytes header = rest.first((rest[1] + size_t{1}) * 8);
    next = header[0];
    rest = rest.subspan(header.size());
    return header;
  }

  bool hop_by_hop() {
    Ipv6Headers& seen = walk.packet.ipv6;
    if (seen.has_hop_by_hop) walk.event(PacketEvent::k_ipv6_exthdr_dupl_hh);
    const Bytes header = take();
    if (header.empty()) return false;
    if (!seen.has_hop_by_hop) walk_options(walk, header.subspan(2), true);
    return seen.has_hop_by_hop = true;
  }
  bool destination() {
    if (++destinations > 2) walk.event(PacketEvent::k_ipv6_exthdr_dupl_dh);
    const Bytes header = take();
    if (header.empty()) return false;
    if (destinations <= 2) walk_options(walk, header.subspan(2), false);
    return walk.packet.ipv6.has_destination = true;
  }
  bool routing() {
    Ipv6Headers& seen = walk.packet.ipv6;
    if (seen.has_routing) walk.event(PacketEvent::k_ipv6_exthdr_dupl_rh);
    const Bytes header = take();
    if (header.empty()) return false;
    if (!seen.has_routing && header[2] == 0) walk.event(PacketEvent::k_ipv6_rh_type_0);
    return seen.has_routing = true;
  }
  bool authentication() {
    Ipv6Headers& seen = walk.packet.ipv6;
    if (seen.has_ah) walk.event(PacketEvent::k_ipv6_exthdr_dupl_ah);
    const size_t size = rest.size() < kAhFixed ? 0 : (rest[1] + size_t{2}) * 4;
    if (size < kAhFixed || size > rest.size()) {
      walk.event(PacketEvent::k_ipv6_trunc_exthdr);
      return false;
    }
    if (load16(rest.data() + 2) != 0) walk.event(PacketEvent::k_ipv6_exthdr_ah_res_not_null);
    next = rest[0];
    rest = rest.subspan(size);
    return seen.has_ah = true;
  }
  // False: the walk ends here, with a fragment or an error.
  bool fragment() {
    Packet& packet = walk.packet;
    if (packet.ipv6.has_fragment) {
      walk.event(PacketEvent::k_ipv6_exthdr_dupl_fh);
      return false;
    }
    if (rest.size() < kFragmentHeader) {
      walk.event(PacketEvent::k_ipv6_trunc_exthdr);
      return false;
    }
    const uint16_t field = load16(rest.data() + 2);
    packet.ipv6.has_fragment = true;
    packet.ipv6.fragment_offset = field & 0xfff8;
    packet.ipv6.more_fragments = (field & 1) != 0;
    packet.ipv6.fragment_id = load32(rest.data() + 4);
    packet.ip_id = packet.ipv6.fragment_id;
    if (rest[1] != 0) walk.event(PacketEvent::k_ipv6_fh_non_zero_reserved_field);
    next = rest[0];
    rest = rest.subspan(kFragmentHeader);
    packet.protocol = next;
    if (packet.ipv6.fragment_offset == 0 && !packet.ipv6.more_fragments) {
      walk.event(PacketEvent::k_ipv6_exthdr_useless_fh);
      return true;
    }
    packet.more_fragments = packet.ipv6.more_fragments;
    packet.fragment_offset = packet.ipv6.fragment_offset;
    packet.is_fragment = true;
    packet.ip_payload = rest;
    packet.payload = {};
    if (packet.more_fragments && rest.size() % 8 != 0)
      walk.event(PacketEvent::k_ipv6_frag_invalid_length);
    return false;
  }
};

// True when what follows is no extension header any more.
bool walk_extension_headers(Headers& headers) {
  for (bool more = true; more;) {
    if (!headers.walk.enter()) return false;
    // Behind an extension header something has to follow, unless it says that nothing does.
    if (headers.any_yet && headers.next != ip_protocol::kNone && headers.rest.size() < 2) {
      headers.walk.event(PacketEvent::k_ipv6_trunc_exthdr);
      return false;
    }
    switch (headers.next) {
      case ip_protocol::kHopByHop: more = headers.hop_by_hop(); break;
      case ip_protocol::kDestOptions: more = headers.destination(); break;
      case ip_protocol::kRouting: more = headers.routing(); break;
      case ip_protocol::kAh: more = headers.authentication(); break;
      case ip_protocol::kFragment: more = headers.fragment(); break;
      case 135:
      case 139:
      case 140:  // mobility, host identity, shim6
        more = !headers.take().empty();
        break;
      default: return true;
    }
    headers.any_yet = true;
  }
  return false;
}

}  // namespace

void decode_ipv6(Walk& walk, Bytes bytes) {
  if (!walk.enter()) return;
  Packet& packet = walk.packet;
  if (bytes.size() < kIpv6Header) return walk.event(PacketEvent::k_ipv6_pkt_too_small);
  const uint8_t* at = bytes.data();
  if (at[0] >> 4 != 6) return walk.event(PacketEvent::k_ipv6_wrong_ip_version);
  const size_t length = load16(at + 4);
  if (length > bytes.size() - kIpv6Header) return walk.event(PacketEvent::k_ipv6_trunc_pkt);
  packet.ip_version = 6;
  packet.ip_header = bytes.first(kIpv6Header);
  packet.tos = static_cast<uint8_t>((at[0] << 4 | at[1] >> 4) & 0xff);
  packet.protocol = at[6];
  packet.ttl = at[7];
  packet.source = address_at(at + 8);
  packet.destination = address_at(at + 24);
  Headers headers{walk, at[6], bytes.subspan(kIpv6Header, length)};
  packet.ip_payload = packet.payload = headers.rest;
  const bool more = walk_extension_headers(headers);
  packet.ip_header = bytes.first(static_cast<size_t>(headers.rest.data() - bytes.data()));
  if (!more) return;
  packet.protocol = headers.next;
  packet.ip_payload = packet.payload = headers.rest;
  if (headers.next == ip_protocol::kNone) {
    packet.ipv6.has_none = true;
    if (!headers.rest.empty()) walk.event(PacketEvent::k_ipv6_data_after_none_header);
    return;
  }
  packet.ipv6.has_esp = headers.next == ip_protocol::kEsp;
  decode_ip_payload(walk, headers.next, headers.rest);
}

}  // namespace picket::packet
