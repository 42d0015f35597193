// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace picket {

using Bytes = std::span<const uint8_t>;

inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// ByteReader walks bytes that nobody vouches for. Every read checks the bound; a read past the end
// returns zero (or an empty view) and makes failed() true for good, so a parser may read a whole
// structure and ask once. Numbers are big-endian (network order) unless the name says otherwise.
// Views borrow from the bytes given and live as long as those.
class ByteReader {
 public:
  explicit ByteReader(Bytes bytes) : bytes_(bytes) {}

  bool failed() const { return failed_; }
  size_t offset() const { return offset_; }
  size_t remaining() const { return bytes_.size() - offset_; }

  uint8_t u8() { return static_cast<uint8_t>(number(1)); }
  uint16_t u16() { return static_cast<uint16_t>(number(2)); }
  uint32_t u24() { return static_cast<uint32_t>(number(3)); }
  uint32_t u32() { return static_cast<uint32_t>(number(4)); }
  uint64_t u64() { return number(8); }
  uint16_t u16_le() { return little<uint16_t>(); }
  uint32_t u32_le() { return little<uint32_t>(); }
  uint64_t u64_le() { return little<uint64_t>(); }

  Bytes take(size_t count) {
    if (!require(count)) return {};
    Bytes view = bytes_.subspan(offset_, count);
    offset_ += count;
    return view;
  }
  void skip(size_t count) {
    if (require(count)) offset_ += count;
  }
  // Moves to an absolute offset; past the end is a failure.
  void seek(size_t offset) {
    if (offset > bytes_.size()) {
      failed_ = true;
      return;
    }
    offset_ = offset;
  }

 private:
  bool require(size_t count) {
    if (failed_ || count > remaining()) {
      failed_ = true;
      return false;
    }
    return true;
  }
  uint64_t number(size_t width) {
    if (!require(width)) return 0;
    uint64_t value = 0;
    for (size_t i = 0; i < width; ++i) value = value << 8 | bytes_[offset_ + i];
    offset_ += width;
    return value;
  }

  template <typename T>
  T little() {
    if (!require(sizeof(T))) return 0;
    T value;
    std::memcpy(&value, bytes_.data() + offset_, sizeof(T));
    offset_ += sizeof(T);
    if constexpr (std::endian::native == std::endian::big) value = std::byteswap(value);
    return value;
  }

  Bytes bytes_;
  size_t offset_ = 0;
  bool failed_ = false;
};

}  // namespace picket
