// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/byte_reader.h"

// The data section of a MaxMind DB file (format 2.0, "Output Data Section"), read without recursion
// and without trust: libmaxminddb walks the search tree, but follows nested data on the stack, as
// deep as the file says.
namespace picket::detect::intel {

constexpr size_t kMmdbStepsMax = 8192;  // values stepped over in one search
constexpr size_t kMmdbPointersMax = 4;  // pointers followed to one value
constexpr size_t kMmdbDepthMax = 32;    // of nested maps and arrays in the metadata

enum class MmdbType : uint8_t {
  kPointer = 1,
  kString = 2,
  kDouble = 3,
  kBytes = 4,
  kUint16 = 5,
  kUint32 = 6,
  kMap = 7,
  kInt32 = 8,
  kUint64 = 9,
  kUint128 = 10,
  kArray = 11,
  kBoolean = 14,
  kFloat = 15,
};

struct MmdbValue {
  MmdbType type = MmdbType::kMap;
  size_t size = 0;     // bytes of a plain value, entries of a map or array
  size_t content = 0;  // offset of what follows the header
};

// Borrows the section. Every reader gives nullopt where the data is not what it should be. Pure.
class MmdbData {
 public:
  explicit MmdbData(Bytes section) : section_(section) {}

  // The value at `offset`, pointers followed.
  std::optional<MmdbValue> at(size_t offset) const;
  // The value of `key` in a map.
  std::optional<MmdbValue> find(const MmdbValue& map, std::string_view key) const;
  std::optional<std::string_view> string(const MmdbValue& value) const;
  std::optional<uint64_t> number(const MmdbValue& value) const;  // unsigned, up to 64 bits

  // Whether the value at `offset` nests no deeper than kMmdbDepthMax (pointers not followed).
  bool is_shallow(size_t offset) const;

 private:
  std::optional<MmdbValue> header(size_t offset) const;  // a pointer's `size` is where it points
  std::optional<size_t> skip(size_t offset, size_t& steps) const;
  size_t end_of_plain(const MmdbValue& value) const;

  Bytes section_;
};

}  // namespace picket::detect::intel
