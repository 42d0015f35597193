// SPDX-License-Identifier: Apache-2.0
// TCP (RFC 9293, 7323, 7413), UDP (RFC 768), SCTP (RFC 9260), ESP (RFC 4303), IGMP (RFC 3376).
#include <utility>

#include "packet/checksum.h"
#include "packet/layers.h"

namespace picket::packet {
namespace {

constexpr size_t kTcpHeader = 20, kUdpHeader = 8, kSctpHeader = 12, kEspHeader = 8;

void take_transport(Packet& packet, Bytes header, Bytes payload) {
  packet.has_transport = true;
  packet.transport_header = header;
  packet.payload = payload;
  packet.source_port = load16(header.data());
  packet.destination_port = load16(header.data() + 2);
}

// One TCP option of a kind known here, `value` without kind and length. False: its length is wrong.
bool tcp_option(Walk& walk, TcpFields& tcp, uint8_t kind, Bytes value) {
  const auto once = [&walk](bool& seen) {
    if (seen) walk.event(PacketEvent::k_tcp_opt_duplicate);
    return !std::exchange(seen, true);
  };
  switch (kind) {
    case 2:
      if (value.size() != 2) return false;
      if (once(tcp.has_mss)) tcp.mss = load16(value.data());
      return true;
    case 3:
      if (value.size() != 1) return false;
      if (once(tcp.has_window_scale)) tcp.window_scale = value[0] > 14 ? 14 : value[0];
      return true;
    case 4:
      if (!value.empty()) return false;
      once(tcp.sack_permitted);
      return true;
    case 5:
      if (value.size() < 8 || value.size() > 32 || value.size() % 8 != 0) return false;
      if (once(tcp.has_sack)) tcp.sack = value;
      return true;
    case 8:
      if (value.size() != 8) return false;
      if (once(tcp.has_timestamp)) {
        tcp.timestamp = load32(value.data());
        tcp.timestamp_echo = load32(value.data() + 4);
      }
      return true;
    case 34:
      if (!value.empty() && (value.size() < 4 || value.size() > 16 || value.size() % 2 != 0))
        return false;
      if (once(tcp.fast_open)) tcp.fast_open_cookie_length = static_cast<uint8_t>(value.size());
      return true;
    case 253:
    case 254: {  // experiments; fast open before it had a number of its own (RFC 6994)
      constexpr uint16_t kFastOpen = 0xf989;
      if (value.size() >= 2 && load16(value.data()) == kFastOpen && once(tcp.fast_open))
        tcp.fast_open_cookie_length = static_cast<uint8_t>(value.size() - 2);
      return true;
    }
    default: return true;
  }
}

void walk_tcp_options(Walk& walk, Bytes options) {
  while (!options.empty() && options[0] != 0) {
    if (options[0] == 1) {
      options = options.subspan(1);
      continue;
    }
    if (options.size() < 2 || options[1] < 2 || options[1] > options.size())
      return walk.event(PacketEvent::k_tcp_opt_invalid_len);
    const uint8_t size = options[1];
    if (!tcp_option(walk, walk.packet.tcp, options[0], options.subspan(2, size - 2u)))
      walk.event(PacketEvent::k_tcp_opt_invalid_len);
    options = options.subspan(size);
  }
}

}  // namespace

void decode_tcp(Walk& walk, Bytes bytes) {
  Packet& packet = walk.packet;
  if (bytes.size() < kTcpHeader) return walk.event(PacketEvent::k_tcp_pkt_too_small);
  const uint8_t* at = bytes.data();
  const size_t header = (at[12] >> 4) * size_t{4};
  if (header < kTcpHeader) return walk.event(PacketEvent::k_tcp_hlen_too_small);
  if (header > bytes.size()) return walk.event(PacketEvent::k_tcp_invalid_optlen);
  take_transport(packet, bytes.first(header), bytes.subspan(header));
  TcpFields& tcp = packet.tcp;
  tcp.seq = load32(at + 4);
  tcp.ack = load32(at + 8);
  tcp.offset_bytes = static_cast<uint8_t>(header);
  tcp.flags = at[13];
  tcp.window = load16(at + 14);
  tcp.urgent = load16(at + 18);
  if (header > kTcpHeader) {
    // What nearly every segment has: two bytes of padding and the timestamps.
    if (header == kTcpHeader + 12 && load32(at + kTcpHeader) == 0x0101080a) {
      tcp.has_timestamp = true;
      tcp.timestamp = load32(at + kTcpHeader + 4);
      tcp.timestamp_echo = load32(at + kTcpHeader + 8);
    } else {
      walk_tcp_options(walk, bytes.subspan(kTcpHeader, header - kTcpHeader));
    }
  }
  if (walk.options.checksums) packet.transport_checksum = check_transport(packet);
}

void decode_udp(Walk& walk, Bytes bytes) {
  Packet& packet = walk.packet;
  if (bytes.size() < kUdpHeader) return walk.event(PacketEvent::k_udp_hlen_too_small);
  const size_t length = load16(bytes.data() + 4);
  if (length < kUdpHeader) return walk.event(PacketEvent::k_udp_len_invalid);
  if (length > bytes.size()) return walk.event(PacketEvent::k_udp_pkt_too_small);
  if (length != bytes.size()) walk.event(PacketEvent::k_udp_hlen_invalid);
  take_transport(packet, bytes.first(kUdpHeader), bytes.subspan(kUdpHeader, length - kUdpHeader));
  if (walk.options.checksums) packet.transport_checksum = check_transport(packet);
  decode_udp_tunnel(walk);
}

void decode_sctp(Walk& walk, Bytes bytes) {
  constexpr size_t kChunksMax = 256, kChunkHeader = 4;
  if (bytes.size() < kSctpHeader) return walk.event(PacketEvent::k_sctp_pkt_too_small);
  take_transport(walk.packet, bytes.first(kSctpHeader), bytes.subspan(kSctpHeader));
  Bytes chunks = walk.packet.payload;
  for (size_t i = 0; chunks.size() >= kChunkHeader; ++i) {
    if (i == kChunksMax) return walk.event(PacketEvent::k_sctp_too_many_chunks);
    const size_t length = load16(chunks.data() + 2);
    if (length < kChunkHeader || length > chunks.size())
      return walk.event(PacketEvent::k_sctp_invalid_chunk_length);
    const size_t padded = (length + 3) & ~size_t{3};
    chunks = chunks.subspan(padded < chunks.size() ? padded : chunks.size());
  }
}

void decode_esp(Walk& walk, Bytes bytes) {
  if (bytes.size() < kEspHeader) return walk.event(PacketEvent::k_esp_pkt_too_small);
  walk.packet.esp_spi = load32(bytes.data());
  walk.packet.payload = bytes.subspan(kEspHeader);
}

void decode_igmp(Walk& walk, Bytes bytes) {
  constexpr size_t kHeader = 8, kV3Report = 8;
  constexpr uint8_t kTypeV3Report = 0x22;
  if (bytes.size() < kHeader) return walk.event(PacketEvent::k_igmp_pkt_too_small);
  if (bytes[0] == kTypeV3Report) {
    if (bytes.size() < kV3Report + 8) return walk.event(PacketEvent::k_igmp_v3_pkt_too_small);
    Bytes records = bytes.subspan(kV3Report);
    for (unsigned i = load16(bytes.data() + 6); i > 0; --i) {
      // Type, auxiliary words, number of sources, group; then both lists.
      if (records.size() < 8) return walk.event(PacketEvent::k_igmp_malformed);
      const size_t size = 8 + size_t{4} * load16(records.data() + 2) + size_t{4} * records[1];
      if (size > records.size()) return walk.event(PacketEvent::k_igmp_malformed);
      records = records.subspan(size);
    }
  }
  walk.packet.transport_header = bytes.first(kHeader);
  walk.packet.payload = bytes.subspan(kHeader);
}

}  // namespace picket::packet
