// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/byte_reader.h"

// DNP3's link layer (IEEE 1815 9): frames whose bytes are checked in blocks. Pure functions.
namespace picket::inspect::dnp3 {

constexpr size_t kLinkHeaderBytes = 10;  // checksum included
constexpr size_t kBlockBytes = 16;       // of user data, then two bytes of checksum

struct Link {
  uint8_t length = 0;  // of control, addresses and user data, without checksums
  uint8_t control = 0;
  uint16_t destination = 0, source = 0;

  bool from_master() const { return (control & 0x80) != 0; }
  uint8_t function() const { return control & 0x0f; }
  // Confirmed and unconfirmed user data of the primary station.
  bool has_user_data() const {
    return (control & 0x40) != 0 && (function() == 3 || function() == 4);
  }
  size_t user_bytes() const { return length < 5u ? 0 : length - 5u; }
  // On the wire, with all checksums.
  size_t frame_bytes() const {
    return kLinkHeaderBytes + user_bytes() + (user_bytes() + kBlockBytes - 1) / kBlockBytes * 2;
  }
};

// The header at the start of `bytes`; nullopt: it is none, or its checksum is wrong.
std::optional<Link> read_link(Bytes bytes);
// The user data of a frame's blocks, without their checksums; nullopt: one is wrong.
std::optional<std::string> user_data(Bytes blocks);
// CRC-16/DNP.
uint16_t crc(Bytes bytes);

}  // namespace picket::inspect::dnp3
