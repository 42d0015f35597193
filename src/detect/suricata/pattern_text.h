// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace picket::detect::suricata {

// The bytes that a content's text stands for: |41 42| hexadecimal, \" \; \: \\ the character
// itself.
Result<std::string> parse_pattern(std::string_view text);

}  // namespace picket::detect::suricata
