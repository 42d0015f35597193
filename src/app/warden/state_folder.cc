// SPDX-License-Identifier: Apache-2.0
#include "app/warden/state_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace picket::app::warden {

Result<void> make_state_folder(const std::string& path, const Account& account) {
  constexpr mode_t kMode = 0750;
  std::error_code error;
  if (const auto parent = std::filesystem::path(path).parent_path(); !parent.empty())
    std::filesystem::create_directories(parent, error);
  const bool made = mkdir(path.c_str(), kMode) == 0;
  if (!made && errno != EEXIST) return system_failure("make " + path);
  const UniqueFd folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat facts {};
  if (!folder || fstat(folder.get(), &facts) != 0) return system_failure("open " + path);
  const bool ours = facts.st_uid == 0 && std::filesystem::is_empty(path, error) && !error;
  if (!made && !ours) return {};
  if (fchown(folder.get(), account.uid, account.gid) != 0 || fchmod(folder.get(), kMode) != 0)
    return system_failure("give " + path + " to " + account.name);
  return {};
}

}  // namespace picket::app::warden
