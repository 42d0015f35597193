// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace picket {

// How many bytes the UTF-8 sequence at the start of `text` takes (RFC 3629: no overlong forms, no
// surrogates, at most U+10FFFF); 0 when the bytes there are not valid UTF-8.
size_t utf8_sequence_length(std::string_view text);

// The text with control characters and invalid bytes made visible (\n, \x1b, ...), so that a
// hostile process name can neither move the cursor nor forge a line on somebody's terminal.
std::string printable(std::string_view text);

}  // namespace picket
