// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/byte_source.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "sensor/replay/utf16.h"

namespace picket::sensor::replay {

Result<std::unique_ptr<FileSource>> FileSource::open(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd) return system_failure("open " + path);
  return std::make_unique<FileSource>(std::move(fd));
}

Result<size_t> FileSource::read(std::span<uint8_t> into) {
  while (true) {
    const ssize_t got = ::read(fd_.get(), into.data(), into.size());
    if (got >= 0) return static_cast<size_t>(got);
    if (errno != EINTR) return system_failure("read");
  }
}

Result<Bytes> PeekedSource::head(size_t size) {
  while (head_.size() < size) {
    const size_t before = head_.size();
    head_.resize(size);
    const auto got = source_.read(std::span(head_).subspan(before));
    head_.resize(before + (got ? *got : 0));
    if (!got) return std::unexpected(got.error());
    if (*got == 0) break;
  }
  return Bytes(head_).first(std::min(size, head_.size()));
}

Result<size_t> PeekedSource::read(std::span<uint8_t> into) {
  if (given_ == head_.size()) return source_.read(into);
  const size_t count = std::min(into.size(), head_.size() - given_);
  std::memcpy(into.data(), head_.data() + given_, count);
  given_ += count;
  return count;
}

Result<size_t> CountedSource::read(std::span<uint8_t> into) {
  const Result<size_t> got = source_.read(into);
  if (got && *got != 0) on_read_(*got);
  return got;
}

Result<size_t> Utf16Source::read(std::span<uint8_t> into) {
  constexpr size_t kStepBytes = 64 * 1024;
  while (given_ == text_.size() && !ended_) {
    text_.clear();
    given_ = 0;
    const size_t before = raw_.size();
    raw_.resize(before + kStepBytes);
    TRY_ASSIGN(const size_t got, source_.read(std::span(raw_).subspan(before)));
    raw_.resize(before + got);
    ended_ = got == 0;
    if (!started_ && raw_.size() >= 2) {
      started_ = true;
      if (raw_[0] == 0xff && raw_[1] == 0xfe) raw_.erase(raw_.begin(), raw_.begin() + 2);
    }
    // The last unit may be half there, or half of a pair.
    size_t whole = raw_.size() & ~size_t{1};
    if (!ended_ && whole >= 2 && (raw_[whole - 1] & 0xfc) == 0xd8) whole -= 2;
    append_utf16(Bytes(raw_).first(whole), text_);
    raw_.erase(raw_.begin(), raw_.begin() + static_cast<std::ptrdiff_t>(whole));
  }
  const size_t count = std::min(into.size(), text_.size() - given_);
  std::memcpy(into.data(), text_.data() + given_, count);
  given_ += count;
  return count;
}

}  // namespace picket::sensor::replay
