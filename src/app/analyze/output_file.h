// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace picket::app::analyze {

// A file that is there whole or not at all: written under a temporary name beside it, and given its
// own by commit(). "-" is standard output; what is no regular file (a pipe, /dev/null) is written
// to directly. Without commit() the temporary file is removed. Not thread-safe.
class OutputFile {
 public:
  static Result<OutputFile> create(const std::string& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  // Buffered. After the first failure everything else is ignored until flush() tells of it.
  void write(std::string_view text);
  Result<void> flush();
  // flush(), then the rename.
  Result<void> commit();
  // Another process (the parent or the child of this one) answers for the temporary file.
  void leave_to_other() { temporary_.clear(); }

 private:
  OutputFile(std::string path, std::string temporary, UniqueFd fd)
      : path_(std::move(path)), temporary_(std::move(temporary)), fd_(std::move(fd)) {}

  std::string path_;
  std::string temporary_;  // empty: nothing to rename
  UniqueFd fd_;
  std::string buffer_;
  int error_ = 0;
};

}  // namespace picket::app::analyze
