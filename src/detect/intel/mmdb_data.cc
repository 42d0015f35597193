// SPDX-License-Identifier: Apache-2.0
#include "detect/intel/mmdb_data.h"

#include <vector>

namespace picket::detect::intel {
namespace {

constexpr size_t kExtendedTypeBase = 7;

// Sizes from 29 on stand in the bytes after the control byte.
size_t read_size(ByteReader& reader, size_t size) {
  if (size == 29) return 29u + reader.u8();
  if (size == 30) return 285u + reader.u16();
  if (size == 31) return 65821u + reader.u24();
  return size;
}

size_t read_pointer(ByteReader& reader, uint8_t control) {
  const size_t high = control & 7u;
  switch (control >> 3 & 3) {
    case 0: return high << 8 | reader.u8();
    case 1: return (high << 16 | reader.u16()) + 2048;
    case 2: return (high << 24 | reader.u24()) + 526336;
    default: return reader.u32();
  }
}

}  // namespace

std::optional<MmdbValue> MmdbData::header(size_t offset) const {
  ByteReader reader(section_);
  reader.seek(offset);
  const uint8_t control = reader.u8();
  size_t type = control >> 5;
  MmdbValue value;
  if (type == static_cast<size_t>(MmdbType::kPointer)) {
    value.size = read_pointer(reader, control);
  } else {
    if (type == 0) type = kExtendedTypeBase + reader.u8();
    value.size = read_size(reader, control & 31u);
  }
  if (reader.failed() || type > static_cast<size_t>(MmdbType::kFloat)) return std::nullopt;
  value.type = static_cast<MmdbType>(type);
  value.content = reader.offset();
  if (end_of_plain(value) > section_.size()) return std::nullopt;
  return value;
}

// Maps and arrays end where their entries do; pointers and booleans have no content.
size_t MmdbData::end_of_plain(const MmdbValue& value) const {
  switch (value.type) {
    case MmdbType::kMap:
    case MmdbType::kArray:
    case MmdbType::kPointer:
    case MmdbType::kBoolean: return value.content;
    default: return value.content + value.size;
  }
}

std::optional<MmdbValue> MmdbData::at(size_t offset) const {
  for (size_t pointers = 0; pointers <= kMmdbPointersMax; ++pointers) {
    const auto value = header(offset);
    if (!value || value->type != MmdbType::kPointer) return value;
    offset = value->size;
  }
  return std::nullopt;
}

std::optional<size_t> MmdbData::skip(size_t offset, size_t& steps) const {
  for (size_t pending = 1; pending > 0; --pending) {
    const auto value = header(offset);
    if (!value || ++steps > kMmdbStepsMax) return std::nullopt;
    if (value->type == MmdbType::kMap) pending += 2 * value->size;
    if (value->type == MmdbType::kArray) pending += value->size;
    offset = end_of_plain(*value);
  }
  return offset;
}

std::optional<MmdbValue> MmdbData::find(const MmdbValue& map, std::string_view key) const {
  if (map.type != MmdbType::kMap) return std::nullopt;
  size_t offset = map.content, steps = 0;
  for (size_t i = 0; i < map.size; ++i) {
    const auto name = at(offset);
    const auto value_offset = skip(offset, steps);
    if (!name || !value_offset) return std::nullopt;
    if (string(*name) == key) return at(*value_offset);
    const auto next = skip(*value_offset, steps);
    if (!next) return std::nullopt;
    offset = *next;
  }
  return std::nullopt;
}

std::optional<std::string_view> MmdbData::string(const MmdbValue& value) const {
  if (value.type != MmdbType::kString) return std::nullopt;
  return as_text(section_.subspan(value.content, value.size));
}

std::optional<uint64_t> MmdbData::number(const MmdbValue& value) const {
  const bool is_number = value.type == MmdbType::kUint16 || value.type == MmdbType::kUint32 ||
                         value.type == MmdbType::kUint64;
  if (!is_number || value.size > 8) return std::nullopt;
  uint64_t number = 0;
  for (const uint8_t byte : section_.subspan(value.content, value.size))
    number = number << 8 | byte;
  return number;
}

bool MmdbData::is_shallow(size_t offset) const {
  std::vector<size_t> left{1};  // values still to come, one count for each level open
  for (size_t steps = 0; steps < kMmdbStepsMax; ++steps) {
    while (left.back() == 0) {
      left.pop_back();
      if (left.empty()) return true;
    }
    const auto value = header(offset);
    if (!value) return false;
    --left.back();
    offset = end_of_plain(*value);
    if (value->type == MmdbType::kMap) left.push_back(2 * value->size);
    if (value->type == MmdbType::kArray) left.push_back(value->size);
    if (left.size() > kMmdbDepthMax) return false;
  }
  return false;
}

}  // namespace picket::detect::intel
