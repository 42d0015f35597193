// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/byte_reader.h"

// Spellings of EVE's values. Pure functions.
namespace picket::app::capture {

std::string hex_byte(uint8_t byte);  // "1b"
std::string upper_case(std::string_view text);
std::string base64(Bytes bytes);
// Bytes as payload_printable shows them: printable ASCII, CR and LF as they are, others as dots.
std::string printable_payload(Bytes bytes);
// The member that holds a transaction's object: event_type, but for those that differ.
std::string_view eve_key(std::string_view event_type);

}  // namespace picket::app::capture
