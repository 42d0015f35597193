// SPDX-License-Identifier: Apache-2.0
#include "respond/private_store.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace picket::respond {
namespace {

constexpr mode_t kOthersBits = 077;

Result<UniqueFd> checked(UniqueFd folder, const std::string& shown) {
  if (!folder) return system_failure("open the folder " + shown);
  struct stat facts {};
  if (::fstat(folder.get(), &facts) != 0) return system_failure("look at " + shown);
  if (facts.st_uid != ::geteuid())
    return failure("the folder " + shown + " belongs to another account",
                   "Name another with --responses DIR.");
  if ((facts.st_mode & kOthersBits) != 0)
    return failure("the folder " + shown + " is open to others", "chmod 700 " + shown);
  return folder;
}

}  // namespace

std::string default_folder() {
  if (::geteuid() == 0) return kRootFolder;
  if (const char* state = ::secure_getenv("XDG_STATE_HOME"); state && *state == '/')
    return std::string(state) + "/picket";
  const char* home = ::secure_getenv("HOME");
  return (home ? std::string(home) : std::string()) + "/.local/state/picket";
}

Result<UniqueFd> open_private_folder(const std::string& path) {
  const std::filesystem::path wanted(path);
  std::error_code error;
  if (wanted.has_parent_path()) std::filesystem::create_directories(wanted.parent_path(), error);
  return open_private_folder_in(AT_FDCWD, path);
}

Result<UniqueFd> open_private_folder_in(int parent, const std::string& name) {
  if (::mkdirat(parent, name.c_str(), 0700) != 0 && errno != EEXIST)
    return system_failure("make the folder " + name);
  return checked(
      UniqueFd(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)),
      name);
}

}  // namespace picket::respond
