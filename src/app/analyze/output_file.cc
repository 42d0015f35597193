// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace picket::app::analyze {
namespace {

constexpr size_t kBufferBytes = 256 * 1024;
constexpr int kNamesTried = 100;

std::string in_words(const std::string& path) { return path == "-" ? "standard output" : path; }

}  // namespace

Result<OutputFile> OutputFile::create(const std::string& path) {
  if (path == "-") return OutputFile(path, {}, UniqueFd(::dup(STDOUT_FILENO)));
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    if (S_ISDIR(status.st_mode)) return failure("write " + path + ": it is a folder");
    UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    if (!fd) return system_failure("write " + path);
    return OutputFile(path, {}, std::move(fd));
  }
  for (int i = 0; i < kNamesTried; ++i) {
    std::string temporary = path + ".part" + std::to_string(::getpid()) + "." + std::to_string(i);
    UniqueFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (fd) return OutputFile(path, std::move(temporary), std::move(fd));
    if (errno != EEXIST) return system_failure("write " + temporary);
  }
  return failure("write " + path + ": its temporary names are all taken");
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      fd_(std::move(other.fd_)),
      buffer_(std::move(other.buffer_)),
      error_(other.error_) {}

OutputFile::~OutputFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void OutputFile::write(std::string_view text) {
  if (error_ != 0) return;
  buffer_ += text;
  if (buffer_.size() >= kBufferBytes) (void)flush();
}

Result<void> OutputFile::flush() {
  for (size_t at = 0; at < buffer_.size() && error_ == 0;) {
    const ssize_t wrote = ::write(fd_.get(), buffer_.data() + at, buffer_.size() - at);
    if (wrote < 0 && errno != EINTR) error_ = errno;
    if (wrote > 0) at += static_cast<size_t>(wrote);
  }
  buffer_.clear();
  if (error_ != 0) return system_failure("write " + in_words(path_), error_);
  return {};
}

Result<void> OutputFile::commit() {
  TRY(flush());
  if (temporary_.empty()) return {};
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return system_failure("write " + path_);
  temporary_.clear();
  return {};
}

}  // namespace picket::app::analyze
