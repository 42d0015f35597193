// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/byte_reader.h"
#include "base/result.h"
#include "base/unique_fd.h"

struct archive;

// Where an input's bytes come from: a file, a pipe, a member of an archive. Read front to back
// through bounded buffers, never mapped: a log that shrinks while it is read must not end the
// program. One thread.
namespace picket::sensor::replay {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Up to `into.size()` bytes; 0 at the end.
  virtual Result<size_t> read(std::span<uint8_t> into) = 0;
};

class FileSource : public ByteSource {
 public:
  explicit FileSource(UniqueFd fd) : fd_(std::move(fd)) {}
  static Result<std::unique_ptr<FileSource>> open(const std::string& path);
  Result<size_t> read(std::span<uint8_t> into) override;
  int descriptor() const { return fd_.get(); }

 private:
  UniqueFd fd_;
};

// Another source with its first bytes looked at beforehand.
class PeekedSource : public ByteSource {
 public:
  explicit PeekedSource(ByteSource& source) : source_(source) {}
  // The first `size` bytes, fewer if there are no more.
  Result<Bytes> head(size_t size);
  Result<size_t> read(std::span<uint8_t> into) override;

 private:
  ByteSource& source_;
  std::vector<uint8_t> head_;
  size_t given_ = 0;
};

// Another source that tells how many bytes each read gave.
class CountedSource : public ByteSource {
 public:
  CountedSource(ByteSource& source, std::function<void(uint64_t bytes)> on_read)
      : source_(source), on_read_(std::move(on_read)) {}
  Result<size_t> read(std::span<uint8_t> into) override;

 private:
  ByteSource& source_;
  std::function<void(uint64_t)> on_read_;
};

// UTF-16LE text as UTF-8, without its byte order mark.
class Utf16Source : public ByteSource {
 public:
  explicit Utf16Source(ByteSource& source) : source_(source) {}
  Result<size_t> read(std::span<uint8_t> into) override;

 private:
  ByteSource& source_;
  std::vector<uint8_t> raw_;
  std::string text_;
  size_t given_ = 0;
  bool started_ = false, ended_ = false;
};

// What decompression may cost. A container that goes past a bound is given up with a problem.
struct ContainerLimits {
  uint64_t members_max = 20'000;
  uint64_t ratio_max = 1000;                      // decompressed to compressed bytes...
  uint64_t ratio_from_bytes = 256 * 1024 * 1024;  // ...once that much came out
  size_t nesting_max = 3;                         // containers in containers
};

// The members of a compressed file or archive, one after another. A file that is only compressed
// has one member without a name. Members are read as bytes; nothing is written anywhere.
class Container {
 public:
  Container(ByteSource& source, const ContainerLimits& limits);
  ~Container();
  Container(const Container&) = delete;
  Container& operator=(const Container&) = delete;

  // A member and its bytes, valid until the next call.
  struct Member {
    std::string name;
    ByteSource* source = nullptr;
  };
  // False: no more. Directories and links are passed over.
  Result<bool> next(Member& member);

 private:
  class MemberSource;
  struct Feed;
  std::unexpected<Error> archive_failure(const char* what) const;

  const ContainerLimits limits_;
  std::unique_ptr<Feed> feed_;
  struct archive* archive_ = nullptr;
  std::unique_ptr<MemberSource> member_;
  uint64_t members_ = 0, produced_ = 0;
  bool opened_ = false;
};

}  // namespace picket::sensor::replay
