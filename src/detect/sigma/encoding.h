// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <string>
#include <string_view>

// The encodings that Sigma's modifiers apply to a value before it is looked for.
namespace picket::detect::sigma {

std::string base64(std::string_view bytes);  // RFC 4648, with padding
// What of the encoded text stays the same wherever in a longer text the value stands: one form for
// each of the three alignments.
std::array<std::string, 3> base64_offsets(std::string_view bytes);

enum class Utf16 { kLittle, kBig, kMarked };  // kMarked: byte order mark, then little-endian
// Input bytes that are not UTF-8 become one unit each.
std::string utf16(std::string_view text, Utf16 form);

}  // namespace picket::detect::sigma
