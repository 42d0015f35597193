// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "inspect/file/file_keeper.h"

namespace picket::app::analyze {

// Keeps files that passed on the wire in one folder: each once, under the SHA-256 of its content,
// readable by its owner and never executable. A file that is cut off is kept as far as it came.
// Bounds: what is beyond them is not kept, and counted. Any thread.
class KeptFiles final : public inspect::FileKeeper {
 public:
  static constexpr uint64_t kFilesMax = 100'000;
  static constexpr uint64_t kBytesMax = uint64_t{16} << 30;
  static constexpr uint32_t kOpenMax = 256;

  // How a file is made: the one way that a confined process is allowed.
  static const int kCreateFlags;

  // Opens the folder; makes it where there is none, belonging to the account that will read.
  static Result<std::unique_ptr<KeptFiles>> open(const std::string& folder);

  int folder_fd() const { return folder_.get(); }
  const std::string& path() const { return path_; }
  // Whether the process as it is now can make files there.
  Result<void> check() const;

  std::unique_ptr<inspect::FileSink> begin(uint64_t& id) override;

  uint64_t kept() const { return kept_; }
  uint64_t missed() const { return missed_; }

 private:
  class Sink;
  KeptFiles(UniqueFd folder, std::string path)
      : folder_(std::move(folder)), path_(std::move(path)) {}
  void miss();

  const UniqueFd folder_;
  const std::string path_;
  std::atomic<uint64_t> next_{1}, bytes_{0}, kept_{0}, missed_{0};
  std::atomic<uint32_t> open_{0};
};

}  // namespace picket::app::analyze
