// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"

namespace picket::process {

constexpr size_t kUsersMax = 65'536;                 // entries kept of one file
constexpr size_t kPasswordFileBytesMax = 16u << 20;  // read of it

// uid -> name by the text of passwd(5). The first entry of a uid wins, as with getpwuid(3); lines
// that are not entries are left out. At most kUsersMax (`process.users_bounded`).
std::unordered_map<uint32_t, std::string> parse_password_file(std::string_view text);

// UserNames gives the user's name for a uid of this machine's initial user namespace. It reads the
// password file itself and asks no name service: NSS may go to the network (LDAP, SSSD), and a tool
// that shows network traffic must neither make it nor wait for it. Users that only such a service
// knows stay numbers. The file is looked at once a second at most, and read when it has changed.
// Not thread-safe.
class UserNames {
 public:
  explicit UserNames(std::string path = "/etc/passwd") : path_(std::move(path)) {}

  // Empty: no such user. The view lives until the next call.
  std::string_view name(uint32_t uid, MonoTime now);

 private:
  void refresh(MonoTime now);

  std::string path_;
  std::unordered_map<uint32_t, std::string> names_;
  bool looked_ = false;
  MonoTime looked_at_;
  int64_t mtime_ns_ = -1;
  uint64_t inode_ = 0;
  uint64_t size_ = 0;
};

}  // namespace picket::process
