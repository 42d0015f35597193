// SPDX-License-Identifier: Apache-2.0
#include "app/web/access/password.h"

#include <argon2.h>
#include <sys/random.h>

#include <array>

namespace picket::app::web::access {
namespace {

// The second choice of OWASP's password storage page: what a small machine can spare.
constexpr uint32_t kPasses = 2, kMemoryKib = 19 * 1024, kLanes = 1;
constexpr size_t kSaltBytes = 16, kHashBytes = 32;

}  // namespace

Result<std::string> hash_password(const std::string& password) {
  if (password.size() < kPasswordBytesMin || password.size() > kPasswordBytesMax)
    return failure("a password has " + std::to_string(kPasswordBytesMin) + " to " +
                       std::to_string(kPasswordBytesMax) + " bytes",
                   "Several words are easier to keep in mind than signs.");
  std::array<uint8_t, kSaltBytes> salt{};
  if (::getrandom(salt.data(), salt.size(), 0) != static_cast<ssize_t>(salt.size()))
    return system_failure("get random numbers");
  std::string hash(
      argon2_encodedlen(kPasses, kMemoryKib, kLanes, kSaltBytes, kHashBytes, Argon2_id), '\0');
  const int code =
      argon2id_hash_encoded(kPasses, kMemoryKib, kLanes, password.data(), password.size(),
                            salt.data(), salt.size(), kHashBytes, hash.data(), hash.size());
  if (code != ARGON2_OK)
    return failure(std::string("hash the password: ") + argon2_error_message(code));
  hash.resize(hash.find('\0'));
  return hash;
}

bool password_fits(const std::string& password, const std::string& hash) {
  return password.size() <= kPasswordBytesMax &&
         argon2id_verify(hash.c_str(), password.data(), password.size()) == ARGON2_OK;
}

void spend_a_check(const std::string& password) {
  const std::array<uint8_t, kSaltBytes> salt{};
  std::array<uint8_t, kHashBytes> out{};
  (void)argon2id_hash_raw(kPasses, kMemoryKib, kLanes, password.data(), password.size(),
                          salt.data(), salt.size(), out.data(), out.size());
}

}  // namespace picket::app::web::access
