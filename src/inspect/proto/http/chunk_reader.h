// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <string_view>

#include "base/byte_reader.h"

namespace picket::inspect::http {

// Takes chunked transfer coding (RFC 9112 7.1) off, leniently: blanks, empty lines and extensions
// around a size are passed over, as is whatever stands between a chunk's end and its line end.
class ChunkReader {
 public:
  static constexpr size_t kSizeLineMax = 1024;
  static constexpr uint64_t kChunkMax = 0x7fffffff;
  enum class State : uint8_t { kSize, kContent, kAfter, kOver, kBroken };

  // Hands content to `sink`; returns how many bytes it is done with. kOver: the last chunk was
  // read, trailers follow. kBroken: no size where one must be; the bytes from there on are not
  // consumed.
  size_t feed(std::string_view bytes, const std::function<void(std::string_view)>& sink);
  State state() const { return state_; }
  uint64_t left() const { return left_; }
  // Bytes of content are missing: true when they fit in the chunk that is open.
  bool skip(uint64_t lost) {
    if (state_ != State::kContent || lost > left_) return false;
    left_ -= lost;
    if (left_ == 0) state_ = State::kAfter;
    return true;
  }

 private:
  size_t size_line(std::string_view bytes);

  State state_ = State::kSize;
  uint64_t left_ = 0;
};

}  // namespace picket::inspect::http
