// SPDX-License-Identifier: Apache-2.0
#include "packet/checksum.h"

#include "packet/load.h"

namespace picket::packet {

uint64_t checksum_add(uint64_t sum, Bytes bytes) {
  // Sums in the machine's order and swaps at the end: the sum does not care (RFC 1071 2(B)).
  uint64_t total = 0;
  const uint8_t* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; left -= 8, at += 8) {
    uint64_t word;
    std::memcpy(&word, at, sizeof word);
    total += word & 0xffffffff;
    total += word >> 32;
  }
  for (; left >= 2; left -= 2, at += 2) {
    uint16_t word;
    std::memcpy(&word, at, sizeof word);
    total += word;
  }
  if (left == 1) {
    uint16_t word = 0;
    std::memcpy(&word, at, 1);
    total += word;
  }
  uint16_t folded = checksum_fold(total);
  if constexpr (std::endian::native == std::endian::little) folded = std::byteswap(folded);
  return sum + folded;
}

uint16_t checksum_fold(uint64_t sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(sum);
}

Checksum check_ipv4_header(Bytes header) {
  return checksum_fold(checksum_add(0, header)) == 0xffff ? Checksum::kGood : Checksum::kBad;
}

Checksum check_transport(const Packet& packet) {
  const size_t length = packet.transport_header.size() + packet.payload.size();
  uint64_t sum = 0;
  if (packet.protocol == ip_protocol::kUdp) {
    const uint16_t sent = load16(packet.transport_header.data() + 6);
    if (sent == 0) return packet.ip_version == 4 ? Checksum::kGood : Checksum::kBad;
  }
  if (packet.protocol != ip_protocol::kIcmp) {
    const auto& from = packet.source.bytes();
    const auto& to = packet.destination.bytes();
    const size_t skip = packet.ip_version == 4 ? 12 : 0;
    sum = checksum_add(sum, Bytes(from).subspan(skip));
    sum = checksum_add(sum, Bytes(to).subspan(skip));
    sum += packet.protocol + length;
  }
  sum = checksum_add(sum, {packet.transport_header.data(), length});
  return checksum_fold(sum) == 0xffff ? Checksum::kGood : Checksum::kBad;
}

}  // namespace picket::packet
