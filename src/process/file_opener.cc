// SPDX-License-Identifier: Apache-2.0
#include "process/file_opener.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "process/file_identity.h"

namespace picket::process {
namespace {

Result<UniqueFd> open_if_same(const std::string& path, const event::FileIdentity& identity) {
  // Whatever stands at the path now: a pipe or a device must neither block nor be disturbed.
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file) {
    if (errno == EACCES || errno == EPERM)
      return std::unexpected(Error{"may not be read with the rights picket has here", {}, errno});
    return std::unexpected(Error{"gone before it could be read", {}, errno});
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return system_failure("look at " + path);
  if (!S_ISREG(status.st_mode) || !same_file(identity, identity_of(status)))
    return failure("replaced before it could be read");
  return file;
}

}  // namespace

Result<UniqueFd> DirectFileOpener::open_executable(const event::ProcessKey& key,
                                                   const std::string& path,
                                                   const event::FileIdentity& identity) {
  const auto running = key_of_(key.pid);
  if (running && event::same_process(*running, key)) {
    auto file = open_if_same(proc_root_ + "/" + std::to_string(key.pid) + "/exe", identity);
    if (file) return file;
  }
  if (!path.starts_with('/')) return failure("gone before it could be read");
  return open_if_same(path, identity);
}

}  // namespace picket::process
