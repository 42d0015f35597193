// SPDX-License-Identifier: Apache-2.0
// The text of /etc/passwd, also of a file system that somebody else wrote.
#include <cstdlib>

#include "base/byte_reader.h"
#include "process/user_names.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto users =
      picket::process::parse_password_file(picket::as_text(picket::Bytes(data, size)));
  if (users.size() > picket::process::kUsersMax) std::abort();
  for (const auto& [uid, name] : users)
    if (name.empty() || name.size() > size) std::abort();
  return 0;
}
