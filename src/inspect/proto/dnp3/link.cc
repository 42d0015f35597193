// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dnp3/link.h"

#include <algorithm>
#include <array>

namespace picket::inspect::dnp3 {
namespace {

constexpr std::array<uint16_t, 256> crc_table() {
  constexpr uint16_t kPolynomial = 0xa6bc;  // 0x3d65, bits reversed
  std::array<uint16_t, 256> table{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    unsigned value = byte;
    for (int bit = 0; bit < 8; ++bit)
      value = (value & 1) != 0 ? value >> 1 ^ kPolynomial : value >> 1;
    table[byte] = static_cast<uint16_t>(value);
  }
  return table;
}
constexpr std::array<uint16_t, 256> kTable = crc_table();

}  // namespace

uint16_t crc(Bytes bytes) {
  unsigned value = 0;
  for (const uint8_t byte : bytes) value = value >> 8 ^ kTable[(value ^ byte) & 0xff];
  return static_cast<uint16_t>(~value & 0xffff);
}

std::optional<Link> read_link(Bytes bytes) {
  ByteReader reader(bytes);
  if (reader.u16() != 0x0564) return std::nullopt;
  Link link;
  link.length = reader.u8();
  link.control = reader.u8();
  link.destination = reader.u16_le();
  link.source = reader.u16_le();
  const uint16_t said = reader.u16_le();
  if (reader.failed() || said != crc(bytes.first(kLinkHeaderBytes - 2))) return std::nullopt;
  return link;
}

std::optional<std::string> user_data(Bytes blocks) {
  std::string out;
  while (blocks.size() > 2) {
    const size_t size = std::min(kBlockBytes, blocks.size() - 2);
    const Bytes data = blocks.first(size);
    ByteReader said(blocks.subspan(size));
    if (said.u16_le() != crc(data)) return std::nullopt;
    out += as_text(data);
    blocks = blocks.subspan(size + 2);
  }
  return out;
}

}  // namespace picket::inspect::dnp3
