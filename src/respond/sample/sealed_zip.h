// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

struct archive;

namespace picket::respond {

// A zip file whose members are encrypted (WinZip AES-256) with the word that laboratories expect,
// so that nobody and no mail gateway opens a suspect by accident. It keeps no secret. One thread.
class SealedZip {
 public:
  static constexpr const char* kPassword = "infected";
  static constexpr uint64_t kMemberBytesMax = uint64_t{2} << 30;

  // A new file with mode 0600; fails where there is one of that name.
  static Result<SealedZip> create(const std::string& path);
  SealedZip(SealedZip&&) noexcept;
  SealedZip& operator=(SealedZip&&) = delete;
  ~SealedZip();  // removes a file that was not finished

  Result<void> add(const std::string& name, std::string_view bytes);
  // All of an open file, from its start.
  Result<void> add_file(const std::string& name, int file);
  Result<void> finish();
  const std::string& path() const { return path_; }

 private:
  explicit SealedZip(std::string path) : path_(std::move(path)) {}
  Result<void> begin(const std::string& name, uint64_t size);
  Result<void> write(const void* bytes, size_t size);

  std::string path_;
  UniqueFd file_;
  archive* archive_ = nullptr;
  bool finished_ = false;
};

}  // namespace picket::respond
