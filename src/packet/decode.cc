// SPDX-License-Identifier: Apache-2.0
#include "packet/decode.h"

#include "packet/layers.h"

namespace picket::packet {

std::optional<Layer> layer_of_link_type(uint16_t link_type) {
  switch (link_type) {
    case 0:
    case 108: return Layer::kNull;
    case 1: return Layer::kEthernet;
    case 9:
    case 50: return Layer::kPpp;
    case 104: return Layer::kCiscoHdlc;
    case 12:
    case 14:
    case 101: return Layer::kIp;
    case 113: return Layer::kLinuxCooked;
    case 228: return Layer::kIpv4;
    case 229: return Layer::kIpv6;
    case 239: return Layer::kNflog;
    case 276: return Layer::kLinuxCooked2;
    default: return std::nullopt;
  }
}

std::optional<Inner> Decoder::decode(Layer first, Bytes bytes, Packet& packet) const {
  Walk walk{options_, packet, std::nullopt};
  packet.frame = bytes;
  switch (first) {
    case Layer::kEthernet: decode_ethernet(walk, bytes); break;
    case Layer::kIp: decode_ip(walk, bytes); break;
    case Layer::kIpv4: decode_ipv4(walk, bytes); break;
    case Layer::kIpv6: decode_ipv6(walk, bytes); break;
    case Layer::kLinuxCooked: decode_linux_cooked(walk, bytes); break;
    case Layer::kLinuxCooked2: decode_linux_cooked2(walk, bytes); break;
    case Layer::kNull: decode_null(walk, bytes); break;
    case Layer::kPpp: decode_ppp(walk, bytes); break;
    case Layer::kCiscoHdlc: decode_cisco_hdlc(walk, bytes); break;
    case Layer::kNflog: decode_nflog(walk, bytes); break;
  }
  return walk.inner;
}

}  // namespace picket::packet
