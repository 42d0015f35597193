// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace picket::app::firewall {

// The file that the rules are kept in, held so that one process at a time changes rules and kernel.
// The one before it is kept beside it as FILE.bak. Only root may write either. Not thread-safe.
class RuleFile {
 public:
  // Waits for whoever changes it now. The folder is made when it is not there.
  static Result<RuleFile> hold(const std::string& path);

  // Empty: there is none yet.
  const std::string& text() const { return text_; }
  bool there() const { return there_; }
  // What readers see is the old text or the new one, whole, also after a loss of power.
  Result<void> replace(const std::string& text);
  // Back to what was there when it was held.
  Result<void> restore();

 private:
  RuleFile(std::string path, UniqueFd lock) : path_(std::move(path)), lock_(std::move(lock)) {}
  std::string path_;
  UniqueFd lock_;
  std::string text_;
  bool there_ = false;
};

// At most `bytes_max` bytes of a regular file.
Result<std::string> read_whole(int file, size_t bytes_max, const std::string& name);

}  // namespace picket::app::firewall
