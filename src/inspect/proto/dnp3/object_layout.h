// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

// What the points of DNP3's objects hold (IEEE 1815 Annex A), with EVE's names of the fields.
namespace picket::inspect::dnp3 {

// The layout of one point of an object: fields in order, "name:type", parted by spaces. Types: u8,
// u16, u32, u48, i16, i32, f32, f64 (little-endian); bN, N bits of the byte in work from the lowest
// on (a byte begins where the one before is used up); sFIELD, as much text as the field says that
// was read before; rest and hex, what is left of the point as text or bytes. "packed1" and
// "packed2" in front: points of so many bits each. Empty: not known here.
std::string_view layout_of(uint8_t group, uint8_t variation);

}  // namespace picket::inspect::dnp3
