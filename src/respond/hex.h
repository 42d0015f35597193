// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/byte_reader.h"

// Bytes as lower-case hexadecimal text, and back. Pure functions.
namespace picket::respond {

std::string hex_of(Bytes bytes);
// nullopt: an odd count, or something that is no digit.
std::optional<std::string> bytes_of_hex(std::string_view hex);
// SHA-256 (FIPS 180-4) as hexadecimal.
std::string sha256_hex(std::string_view bytes);

}  // namespace picket::respond
