// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/byte_reader.h"

namespace picket::inspect::quic {

// A variable-length integer (RFC 9000 16). Past the end: 0, and the reader has failed.
inline uint64_t read_varint(ByteReader& reader) {
  const uint8_t first = reader.u8();
  uint64_t value = first & 0x3f;
  for (unsigned left = (1u << (first >> 6)) - 1; left > 0; --left) value = value << 8 | reader.u8();
  return reader.failed() ? 0 : value;
}

}  // namespace picket::inspect::quic
