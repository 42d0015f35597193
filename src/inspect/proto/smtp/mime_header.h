// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Header values of mail (RFC 5322, 2045, 2231). Pure functions.
namespace picket::inspect::smtp {

// The first word of a value, before any parameter, in lower case: "multipart/mixed", "base64".
std::string header_word(std::string_view value);
// A parameter: `name` in any case, quoted or not; its RFC 2231 forms (name*=, name*0=, name*0*=)
// are put together, percent escapes undone, the character set left out. Empty: there is none.
std::string header_parameter(std::string_view value, std::string_view name);
// Addresses of a list, trimmed; commas inside quotes, comments and angle brackets do not part.
std::vector<std::string> address_list(std::string_view value);

}  // namespace picket::inspect::smtp
