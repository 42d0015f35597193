// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/http/chunk_reader.h"

#include <algorithm>

#include "base/ascii.h"

namespace picket::inspect::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

size_t ChunkReader::size_line(std::string_view bytes) {
  size_t at = 0;
  while (at < bytes.size() && is_ascii_space(bytes[at])) ++at;
  if (at == bytes.size()) return at;
  uint64_t size = 0;
  size_t digits = 0;
  while (at + digits < bytes.size() && hex_value(bytes[at + digits]) >= 0 && size <= kChunkMax)
    size = size << 4 | static_cast<uint64_t>(hex_value(bytes[at + digits++]));
  if (digits == 0 || size > kChunkMax) {
    state_ = State::kBroken;
    return 0;
  }
  const size_t lf = bytes.find('\n', at);
  if (lf == std::string_view::npos) {
    if (bytes.size() - at > kSizeLineMax) state_ = State::kBroken;
    return 0;
  }
  left_ = size;
  state_ = size == 0 ? State::kOver : State::kContent;
  return lf + 1;
}

size_t ChunkReader::feed(std::string_view bytes,
                         const std::function<void(std::string_view)>& sink) {
  size_t used = 0;
  while (used < bytes.size()) {
    const std::string_view rest = bytes.substr(used);
    if (state_ == State::kSize) {
      const size_t done = size_line(rest);
      used += done;
      if (done == 0) break;
    } else if (state_ == State::kContent) {
      const size_t take = static_cast<size_t>(std::min<uint64_t>(left_, rest.size()));
      sink(rest.substr(0, take));
      used += take;
      left_ -= take;
      if (left_ == 0) state_ = State::kAfter;
    } else if (state_ == State::kAfter) {
      const size_t lf = rest.find('\n');
      used += lf == std::string_view::npos ? rest.size() : lf + 1;
      if (lf != std::string_view::npos) state_ = State::kSize;
    } else {
      break;
    }
  }
  return used;
}

}  // namespace picket::inspect::http
