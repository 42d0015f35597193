// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/result.h"

// Passwords as they are kept: Argon2id (RFC 9106), 19 MiB and two passes, with 128 bits of salt, in
// the usual encoded form ($argon2id$v=19$...). Each call takes tens of milliseconds. Any thread.
namespace picket::app::web::access {

constexpr size_t kPasswordBytesMin = 12, kPasswordBytesMax = 1024;

Result<std::string> hash_password(const std::string& password);
bool password_fits(const std::string& password, const std::string& hash);
// Takes as long as the above with a hash: for names that there are not.
void spend_a_check(const std::string& password);

}  // namespace picket::app::web::access
