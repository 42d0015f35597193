// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "packet/packet.h"

namespace picket::packet {

// What a stretch of bytes begins with.
enum class Layer : uint8_t {
  kEthernet,
  kIp,  // either, by its version
  kIpv4,
  kIpv6,
  kLinuxCooked,   // SLL
  kLinuxCooked2,  // SLL2
  kNull,          // BSD loopback
  kPpp,
  kCiscoHdlc,
  kNflog,
};

// The first layer of captures of that LINKTYPE_; nullopt: not decoded here.
std::optional<Layer> layer_of_link_type(uint16_t link_type);

struct DecodeOptions {
  bool checksums = true;  // computed; else they stay kUnchecked
  // UDP ports of tunnels.
  std::vector<uint16_t> vxlan_ports{4789}, geneve_ports{6081}, teredo_ports{3544};
  bool vxlan = true, geneve = true, teredo = true, erspan_1 = true;
};

// A packet inside another one, to be decoded as a packet of its own.
struct Inner {
  Layer layer;
  Carrier carrier;
  Bytes bytes;
};

// Headers of one packet, from `first` on, into `packet`, whose number, time and wire_length the
// caller has set, everything else fresh. What is odd becomes packet.events; a header that cannot be
// read ends the walk. Returns what the packet carries, if it is a tunnel. Layers walked through are
// bounded by kLayersMax. Pure but for counters; never throws. Standards: IEEE 802.1Q, 802.1ad,
// 802.1ah, 802.1BR, RFC 791, 8200, 9293, 768, 792, 4443, 826, 3032 (MPLS), 2516 (PPPoE), 2784 and
// 2890 (GRE), 2637 (PPTP), 7348 (VXLAN), 8926 (Geneve), 4380 (Teredo), 8300 (NSH), 9260 (SCTP),
// 4303 (ESP).
class Decoder {
 public:
  static constexpr unsigned kLayersMax = 16;
  static constexpr uint8_t kDepthMax = 8;  // tunnels in tunnels

  explicit Decoder(DecodeOptions options) : options_(std::move(options)) {}
  std::optional<Inner> decode(Layer first, Bytes bytes, Packet& packet) const;
  void set_checksums(bool on) { options_.checksums = on; }

 private:
  DecodeOptions options_;
};

}  // namespace picket::packet
