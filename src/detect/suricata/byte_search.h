// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

#include "base/byte_reader.h"

namespace picket::detect::suricata {

constexpr size_t kNotFound = ~size_t{0};

inline uint8_t folded(uint8_t byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<uint8_t>(byte + 32) : byte;
}

// Where `needle` first stands in `text`; kNotFound. An empty needle stands at 0. With `fold`, ASCII
// letters of `text` count as small ones; the needle must have small ones already.
size_t find_bytes(Bytes text, Bytes needle, bool fold);
bool equal_bytes(Bytes text, Bytes needle, bool fold);  // of equal length

}  // namespace picket::detect::suricata
