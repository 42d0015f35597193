// SPDX-License-Identifier: Apache-2.0
#include "app/warden/state_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string_view>

namespace picket::app::warden {
namespace {

constexpr mode_t kMode = 0750;

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

bool is_history(std::string_view name) {
  for (const std::string_view begins :
       {"events-", "import-", ".import-", "triage.db", "writer.lock"})
    if (name.starts_with(begins)) return true;
  return false;
}

// Calls `each` for every entry until it returns false; whether all were gone through.
template <typename Each>
bool for_each_entry(int folder, Each each) {
  const Folder entries(fdopendir(dup(folder)));
  if (!entries) return false;
  rewinddir(entries.get());
  while (const dirent* entry = readdir(entries.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != ".." && !each(entry->d_name)) return false;
  }
  return true;
}

// Nothing but files of a history, none of which has another name elsewhere.
bool holds_history_only(int folder) {
  return for_each_entry(folder, [folder](const char* name) {
    struct stat facts {};
    return is_history(name) && fstatat(folder, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISREG(facts.st_mode) && facts.st_nlink == 1;
  });
}

}  // namespace

Result<void> make_state_folder(const std::string& path, const Account& account) {
  std::error_code error;
  if (const auto parent = std::filesystem::path(path).parent_path(); !parent.empty())
    std::filesystem::create_directories(parent, error);
  const bool made = mkdir(path.c_str(), kMode) == 0;
  if (!made && errno != EEXIST) return system_failure("make " + path);
  const UniqueFd folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat facts {};
  if (!folder || fstat(folder.get(), &facts) != 0) return system_failure("open " + path);
  if (!made && (facts.st_uid != 0 || !holds_history_only(folder.get()))) return {};
  const auto give = [&](const char* name) {
    return fchownat(folder.get(), name, account.uid, account.gid, AT_SYMLINK_NOFOLLOW) == 0;
  };
  if (!for_each_entry(folder.get(), give) || fchown(folder.get(), account.uid, account.gid) != 0 ||
      fchmod(folder.get(), kMode) != 0)
    return system_failure("give " + path + " to " + account.name);
  return {};
}

}  // namespace picket::app::warden
