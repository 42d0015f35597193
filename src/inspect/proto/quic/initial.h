// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/byte_reader.h"
#include "inspect/app/direction.h"

// Long-header packets of QUIC (RFC 9000 17.2, RFC 9369 for version 2, the drafts from 23 on) and
// the protection of Initial ones, whose keys anybody can make (RFC 9001 5.2).
namespace picket::inspect::quic {

constexpr uint32_t kVersion1 = 1, kVersion2 = 0x6b3343cf;

enum class PacketType : uint8_t { kInitial, kZeroRtt, kHandshake, kRetry, kNegotiation };

struct LongHeader {
  uint32_t version = 0;
  PacketType type = PacketType::kInitial;
  Bytes destination_id, source_id;
  Bytes packet;          // the whole packet, header included
  size_t number_at = 0;  // where its protected packet number begins (not for Retry, negotiation)
};
// A packet at the start of `datagram`; nullopt: it is none of a version known here. `packet` is as
// long as the header says, so that what follows it may be read as the next one.
std::optional<LongHeader> read_long_header(Bytes datagram);
bool is_known_version(uint32_t version);

// Keys of one connection's Initial packets, both directions. Made from the destination id of the
// client's first packet.
class InitialKeys {
 public:
  static std::optional<InitialKeys> make(uint32_t version, Bytes destination_id);
  // The frames of an Initial packet that `direction` sent; nullopt: these are not its keys.
  std::optional<std::vector<uint8_t>> open(const LongHeader& header, Direction direction) const;

 private:
  struct Side {
    std::array<uint8_t, 16> key{}, header_key{};
    std::array<uint8_t, 12> iv{};
  };
  Side sides_[2];
};

}  // namespace picket::inspect::quic
