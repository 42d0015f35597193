// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/byte_reader.h"

namespace picket {

// Bytes as lower-case hexadecimal text, and back. Pure functions.
std::string hex_of(Bytes bytes);
// nullopt: an odd count, or something that is no lower-case digit.
std::optional<std::string> bytes_of_hex(std::string_view hex);

}  // namespace picket
