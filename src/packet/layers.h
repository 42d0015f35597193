// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "packet/decode.h"
#include "packet/load.h"

// One function for each layer, called by decode.cc and by each other as headers follow. Each takes
// what is left of the packet and fills in its part; see Decoder for the rules.
namespace picket::packet {

struct Walk {
  const DecodeOptions& options;
  Packet& packet;
  std::optional<Inner> inner;
  unsigned layers = 0;

  // Counts one more layer; false when there are too many.
  bool enter() {
    if (++layers <= Decoder::kLayersMax) return true;
    packet.add_event(PacketEvent::k_too_many_layers);
    return false;
  }
  void event(PacketEvent what) { packet.add_event(what); }
  void tunnel(Layer layer, Carrier carrier, Bytes bytes) { inner = Inner{layer, carrier, bytes}; }
};

// Link (decode_link.cc)
void decode_ethernet(Walk& walk, Bytes bytes);
void decode_ether_type(Walk& walk, uint16_t type, Bytes bytes);
void decode_linux_cooked(Walk& walk, Bytes bytes);
void decode_linux_cooked2(Walk& walk, Bytes bytes);
void decode_null(Walk& walk, Bytes bytes);
void decode_ppp(Walk& walk, Bytes bytes);
void decode_cisco_hdlc(Walk& walk, Bytes bytes);
void decode_nflog(Walk& walk, Bytes bytes);
void decode_arp(Walk& walk, Bytes bytes);
// Shims (decode_shim.cc)
void decode_vlan(Walk& walk, Bytes bytes);
void decode_802_1ah(Walk& walk, Bytes bytes);
void decode_mpls(Walk& walk, Bytes bytes);
void decode_pppoe_session(Walk& walk, Bytes bytes);
void decode_pppoe_discovery(Walk& walk, Bytes bytes);
void decode_ppp_protocol(Walk& walk, uint16_t protocol, Bytes bytes);
void decode_nsh(Walk& walk, Bytes bytes);
// Internet (decode_ipv4.cc, decode_ipv6.cc)
void decode_ip(Walk& walk, Bytes bytes);
void decode_ipv4(Walk& walk, Bytes bytes);
void decode_ipv6(Walk& walk, Bytes bytes);
void decode_ip_payload(Walk& walk, uint8_t protocol, Bytes bytes);
// Transport (decode_transport.cc, decode_icmp.cc)
void decode_tcp(Walk& walk, Bytes bytes);
void decode_udp(Walk& walk, Bytes bytes);
void decode_sctp(Walk& walk, Bytes bytes);
void decode_esp(Walk& walk, Bytes bytes);
void decode_igmp(Walk& walk, Bytes bytes);
void decode_icmpv4(Walk& walk, Bytes bytes);
void decode_icmpv6(Walk& walk, Bytes bytes);
// Tunnels (decode_tunnel.cc)
void decode_gre(Walk& walk, Bytes bytes);
void decode_udp_tunnel(Walk& walk);

}  // namespace picket::packet
