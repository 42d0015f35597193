// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "event/observation.h"

namespace picket::process {

// Opens the executable of a process for reading: the seam between the catalog and who has the right
// to open it (the privileged warden, or this process itself).
class FileOpener {
 public:
  virtual ~FileOpener() = default;
  // A readable descriptor of the very file `identity` names, or why there is none, as a reason to
  // show ("gone before it could be read"). Called from the catalog's thread only.
  virtual Result<UniqueFd> open_executable(const event::ProcessKey& key, const std::string& path,
                                           const event::FileIdentity& identity) = 0;
};

// Opens with this process' own rights: first through /proc/PID/exe (which reaches deleted files,
// memfds and other mount namespaces) if PID still is that process, then by path. Either way what
// was opened must be the file asked for; a file put in its place is never taken for it.
class DirectFileOpener final : public FileOpener {
 public:
  // The key of the process that has this pid now; nullopt: none, or not to be seen. Called from the
  // catalog's thread.
  using KeyOf = std::function<std::optional<event::ProcessKey>(uint32_t pid)>;
  explicit DirectFileOpener(KeyOf key_of, std::string proc_root = "/proc")
      : key_of_(std::move(key_of)), proc_root_(std::move(proc_root)) {}

  Result<UniqueFd> open_executable(const event::ProcessKey& key, const std::string& path,
                                   const event::FileIdentity& identity) override;

 private:
  KeyOf key_of_;
  std::string proc_root_;
};

}  // namespace picket::process
