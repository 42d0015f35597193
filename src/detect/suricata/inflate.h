// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "base/byte_reader.h"

namespace picket::detect::suricata {

// Unpacks gzip (RFC 1952) or zlib (RFC 1950) data, at most `bytes_max` of it, as far as it is
// sound. False: not a byte came out.
bool inflate_bytes(Bytes in, bool gzip, size_t bytes_max, std::vector<uint8_t>& out);

}  // namespace picket::detect::suricata
