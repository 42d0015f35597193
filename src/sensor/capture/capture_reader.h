// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/byte_reader.h"
#include "base/clock.h"
#include "base/result.h"
#include "sensor/replay/byte_source.h"

// Reading packet captures: pcap (both byte orders, micro- and nanoseconds, the variants of
// Kuznetzov and of Nokia) and pcapng (draft-ietf-opsawg-pcapng: sections, interfaces, enhanced,
// simple and old packet blocks). Read front to back in large bounded reads, never mapped, from
// files and pipes alike. What is cut off or broken is a counted problem; what was readable before
// it has been delivered. One thread.
namespace picket::sensor::capture {

// One frame as captured. `bytes` live until the next call of next().
struct Frame {
  WallTime time;
  Bytes bytes;
  uint32_t wire_length = 0;
  uint16_t link_type = 0;  // LINKTYPE_ number (draft-ietf-opsawg-pcaplinktype)
};

// Bytes of a source, in one buffer that is filled by large reads.
class ReadWindow {
 public:
  static constexpr size_t kReadBytes = 1 << 20;
  explicit ReadWindow(replay::ByteSource& source) : source_(&source) {}
  // The next `size` bytes, not yet consumed; fewer if there are no more.
  Bytes peek(size_t size) {
    if (end_ - begin_ < size) fill(size);
    const size_t have = end_ - begin_;
    return {buffer_.data() + begin_, have < size ? have : size};
  }
  void consume(size_t size) { begin_ += size; }
  // Walks past bytes that need not be kept; false: the source ended before.
  bool skip(uint64_t size);
  uint64_t offset() const { return base_ + begin_; }
  const std::optional<Error>& error() const { return error_; }

 private:
  void fill(size_t size);

  replay::ByteSource* source_;
  std::vector<uint8_t> buffer_;
  size_t begin_ = 0, end_ = 0;
  uint64_t base_ = 0;  // of buffer_[0] in the source
  bool ended_ = false;
  std::optional<Error> error_;
};

class CaptureReader {
 public:
  // The largest frame that is read; a record that claims more ends the capture as damaged.
  static constexpr uint32_t kFrameBytesMax = 16 << 20;

  virtual ~CaptureReader() = default;
  // Looks at the first bytes; an error says that this is no capture. `source` must outlive it.
  static Result<std::unique_ptr<CaptureReader>> open(replay::ByteSource& source);

  // False: no more, or not readable from here on (problem() tells).
  virtual bool next(Frame& frame) = 0;
  // Bytes of the input worked off.
  uint64_t offset() const { return window_.offset(); }
  // Why reading ended before the input's proper end; nullopt: it did not.
  const std::optional<std::string>& problem() const { return problem_; }

 protected:
  explicit CaptureReader(replay::ByteSource& source) : window_(source) {}
  bool stop(std::string why);
  bool truncated(const char* what);

  ReadWindow window_;
  std::optional<std::string> problem_;
};

}  // namespace picket::sensor::capture
