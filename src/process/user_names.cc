// SPDX-License-Identifier: Apache-2.0
#include "process/user_names.h"

#include <sys/stat.h>

#include <charconv>

#include "base/counter.h"
#include "process/small_file.h"

namespace picket::process {
namespace {

constexpr uint64_t kLookEveryNs = kNsPerSecond;

Counter users_bounded{"process.users_bounded",
                      "password file entries left out because there are too many"};

}  // namespace

std::unordered_map<uint32_t, std::string> parse_password_file(std::string_view text) {
  std::unordered_map<uint32_t, std::string> names;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    // name:password:uid:...
    const size_t first = line.find(':');
    if (first == 0 || first == std::string_view::npos || line[0] == '#') continue;
    const size_t second = line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const std::string_view digits =
        line.substr(second + 1, line.find(':', second + 1) - second - 1);
    uint32_t uid = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), uid);
    if (error != std::errc() || stop != digits.data() + digits.size()) continue;
    if (names.size() == kUsersMax && !names.contains(uid)) {
      users_bounded.add();
      continue;
    }
    names.try_emplace(uid, line.substr(0, first));
  }
  return names;
}

std::string_view UserNames::name(uint32_t uid, MonoTime now) {
  if (!looked_ || ns_between(looked_at_, now) >= kLookEveryNs) refresh(now);
  const auto found = names_.find(uid);
  return found == names_.end() ? std::string_view() : std::string_view(found->second);
}

void UserNames::refresh(MonoTime now) {
  looked_ = true;
  looked_at_ = now;
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0) return;  // keep what was known
  const int64_t mtime_ns = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
  const auto size = static_cast<uint64_t>(status.st_size);
  if (mtime_ns == mtime_ns_ && status.st_ino == inode_ && size == size_) return;
  auto text = read_small_file(path_, kPasswordFileBytesMax);
  if (!text) return;
  names_ = parse_password_file(*text);
  mtime_ns_ = mtime_ns;
  inode_ = status.st_ino;
  size_ = size;
}

}  // namespace picket::process
