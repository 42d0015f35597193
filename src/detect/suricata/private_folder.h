// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace picket::detect::suricata {

// A folder whose files are believed because nobody but this user can have written them: a directory
// (no link to one) that belongs to the effective user and that group and others may not write.
// Held open, so that what is opened later is in the folder that was looked at. The same is asked of
// each file. Threads: const calls from any.
class PrivateFolder {
 public:
  // An error says what is not as it must be.
  static Result<PrivateFolder> open(const std::string& path);

  // The whole of a file of at most `bytes_max`. `name` is that of a file in the folder.
  Result<std::string> read(const std::string& name, size_t bytes_max) const;
  // Written aside and renamed: a reader sees the whole file or the one before.
  Result<void> write(const std::string& name, std::string_view content) const;
  // Of the files whose name has this ending all but the `count_max` newest are removed.
  void keep_newest(std::string_view ending, size_t count_max) const;

 private:
  explicit PrivateFolder(UniqueFd fd, std::string path)
      : fd_(std::move(fd)), path_(std::move(path)) {}
  UniqueFd fd_;
  std::string path_;  // for messages
};

}  // namespace picket::detect::suricata
