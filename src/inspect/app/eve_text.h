// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/byte_reader.h"
#include "base/json_writer.h"

// How bytes off the wire stand in an EVE record. Pure functions.
namespace picket::inspect {

// Valid UTF-8 as it is; else with every byte that is not printable ASCII as \xNN, so that no two
// different byte strings look alike for lack of a letter.
std::string eve_text(Bytes bytes);
inline std::string eve_text(std::string_view text) { return eve_text(as_bytes(text)); }

// The member, when there are bytes.
void eve_member_if(JsonWriter& out, std::string_view name, std::string_view bytes);

// Lower-case hexadecimal, with `separator` between the bytes when it is not 0.
std::string eve_hex(Bytes bytes, char separator = 0);

}  // namespace picket::inspect
