// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/byte_reader.h"

namespace picket::sensor::replay {

// Appends UTF-16LE text as UTF-8; half a surrogate pair becomes U+FFFD, an odd last byte is
// ignored.
void append_utf16(Bytes text, std::string& out);

// Appends one code point as UTF-8; what is none becomes U+FFFD.
void append_code_point(uint32_t point, std::string& out);

}  // namespace picket::sensor::replay
