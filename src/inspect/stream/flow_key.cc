// SPDX-License-Identifier: Apache-2.0
#include "inspect/stream/flow_key.h"

#include <utility>

namespace picket::inspect::stream {
namespace {

using packet::Packet;
namespace proto = packet::ip_protocol;

// The ICMP type that answers `type`; 255: none does.
uint8_t counterpart(bool v4, uint8_t type) {
  if (v4) {
    switch (type) {
      case 0: return 8;
      case 8: return 0;
      case 9: return 10;
      case 10: return 9;
      case 13: return 14;
      case 14: return 13;
      case 15: return 16;
      case 16: return 15;
      case 17: return 18;
      case 18: return 17;
      default: return 255;
    }
  }
  switch (type) {
    case 128: return 129;
    case 129: return 128;
    case 133: return 134;
    case 134: return 133;
    case 135: return 136;
    case 136: return 135;
    case 144: return 145;
    case 145: return 144;
    default: return 255;
  }
}

bool quotes_another(const Packet& packet) {
  if (packet.icmp.inner_version == 0) return false;
  // Only what tells of a delivery that failed belongs to the conversation quoted.
  return packet.protocol == proto::kIcmp ? packet.icmp.type == 3 : packet.icmp.type == 1;
}

std::array<uint64_t, 2> words_of(const IpAddress& address) {
  std::array<uint64_t, 2> words;
  std::memcpy(words.data(), address.bytes().data(), sizeof words);
  return words;
}

void make_key(const Packet& packet, FlowTuple& tuple) {
  FlowKey& key = tuple.key;
  key.low = words_of(tuple.source.address);
  key.high = words_of(tuple.destination.address);
  key.low_port = tuple.source.port;
  key.high_port = tuple.destination.port;
  tuple.source_is_low = key.low != key.high ? key.low < key.high : key.low_port <= key.high_port;
  if (!tuple.source_is_low) {
    std::swap(key.low, key.high);
    std::swap(key.low_port, key.high_port);
  }
  key.protocol = tuple.protocol;
  key.depth = packet.depth;
  key.vlan = packet.vlan;
  key.spi = packet.esp_spi;
}

}  // namespace

bool flow_tuple(const Packet& packet, FlowTuple& tuple) {
  if (packet.ip_version == 0 || packet.is_fragment) return false;
  tuple.source.address = packet.source;
  tuple.destination.address = packet.destination;
  tuple.source.port = tuple.destination.port = 0;
  tuple.protocol = packet.protocol;
  tuple.quoted = false;
  if (packet.is_icmp() && quotes_another(packet)) {
    tuple.quoted = true;
    tuple.protocol = packet.icmp.inner_protocol;
    tuple.source = {packet.icmp.inner_source, packet.icmp.inner_source_port};
    tuple.destination = {packet.icmp.inner_destination, packet.icmp.inner_destination_port};
  } else if (packet.is_icmp()) {
    tuple.source.port = packet.icmp.type;
    tuple.destination.port = counterpart(packet.protocol == proto::kIcmp, packet.icmp.type);
  } else if (packet.has_transport) {
    tuple.source.port = packet.source_port;
    tuple.destination.port = packet.destination_port;
  } else if (packet.protocol != proto::kEsp) {
    return false;
  }
  make_key(packet, tuple);
  return true;
}

}  // namespace picket::inspect::stream
