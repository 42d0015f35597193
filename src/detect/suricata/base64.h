// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/byte_reader.h"

namespace picket::detect::suricata {

enum class Base64Mode : uint8_t {
  kStrict,   // RFC 4648: only its alphabet, correct padding
  kRfc4648,  // RFC 4648, stops at the first foreign byte
  kRfc2045,  // RFC 2045: foreign bytes are skipped
};

// Decodes as far as the mode allows; what could be decoded is appended to `out`. False: nothing
// could, or (kStrict) something is wrong, and `out` is as before.
bool decode_base64(Bytes in, Base64Mode mode, std::vector<uint8_t>& out);
std::string encode_base64(Bytes in);

}  // namespace picket::detect::suricata
