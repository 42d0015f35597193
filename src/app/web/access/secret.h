// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

// Secrets that are shown to one browser only. Any thread.
namespace picket::app::web::access {

constexpr size_t kTokenBytes = 32;      // 256 bits
constexpr size_t kTokenTextBytes = 43;  // as base64url without padding (RFC 4648 5)

// From the kernel's random numbers.
Result<std::string> new_token();
// SHA-256 of a token, under which it is kept: how long it takes to find one says nothing of others,
// and what is kept opens nothing.
std::string fingerprint(std::string_view token);
// In a time that depends on their lengths only.
bool same(std::string_view a, std::string_view b);

}  // namespace picket::app::web::access
