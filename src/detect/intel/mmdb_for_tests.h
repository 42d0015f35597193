// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/address.h"

// Writes small files in the MaxMind DB format 2.0 for tests: a tree of 24-bit records over IPv6
// (IPv4 in ::/96, as the format has it) or over IPv4 alone.
namespace picket::detect::intel {

using MmdbBytes = std::vector<uint8_t>;

namespace mmdb {

inline MmdbBytes joined(std::initializer_list<MmdbBytes> parts) {
  MmdbBytes out;
  for (const MmdbBytes& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}
inline MmdbBytes header(unsigned type, size_t size) {
  MmdbBytes out;
  const auto byte = [&](size_t value) { out.push_back(static_cast<uint8_t>(value)); };
  byte((type < 8 ? type << 5 : 0) | (size < 29 ? size : 29));
  if (type >= 8) byte(type - 7);
  if (size >= 29) byte(size - 29);  // up to 284: enough for tests
  return out;
}
inline MmdbBytes text(std::string_view value) {
  return joined({header(2, value.size()), MmdbBytes(value.begin(), value.end())});
}
inline MmdbBytes number(unsigned type, uint64_t value) {
  MmdbBytes digits;
  for (; value > 0; value >>= 8) digits.insert(digits.begin(), static_cast<uint8_t>(value));
  return joined({header(type, digits.size()), digits});
}
inline MmdbBytes u16(uint64_t value) { return number(5, value); }
inline MmdbBytes u32(uint64_t value) { return number(6, value); }
inline MmdbBytes u64(uint64_t value) { return number(9, value); }
inline MmdbBytes pointer(size_t offset) {  // below 2048
  return {static_cast<uint8_t>(0x20 | offset >> 8), static_cast<uint8_t>(offset)};
}
inline MmdbBytes array(const std::vector<MmdbBytes>& items) {
  MmdbBytes out = header(11, items.size());
  for (const MmdbBytes& item : items) out.insert(out.end(), item.begin(), item.end());
  return out;
}
inline MmdbBytes map(const std::vector<std::pair<std::string, MmdbBytes>>& entries) {
  MmdbBytes out = header(7, entries.size());
  for (const auto& [key, value] : entries) out = joined({out, text(key), value});
  return out;
}

}  // namespace mmdb

class MmdbWriter {
 public:
  explicit MmdbWriter(std::string type, uint16_t ip_version = 6)
      : type_(std::move(type)), ip_version_(ip_version) {}
  // Data of every address in the prefix; returns its offset in the data section.
  size_t add(std::string_view prefix, const MmdbBytes& record) {
    const size_t offset = data_.size();
    data_.insert(data_.end(), record.begin(), record.end());
    link(*Prefix::parse(prefix), offset);
    return offset;
  }
  void set_extra_metadata(MmdbBytes value) { extra_ = std::move(value); }
  MmdbBytes file() const {
    MmdbBytes out;
    for (const auto& node : nodes_) {
      for (const Record& record : node) {
        size_t value = nodes_.size();
        if (record.kind == Record::kNode) value = record.value;
        if (record.kind == Record::kData) value = nodes_.size() + 16 + record.value;
        for (const int shift : {16, 8, 0}) out.push_back(static_cast<uint8_t>(value >> shift));
      }
    }
    std::vector<std::pair<std::string, MmdbBytes>> metadata{
        {"binary_format_major_version", mmdb::u16(2)},
        {"binary_format_minor_version", mmdb::u16(0)},
        {"build_epoch", mmdb::u64(1790812800)},  // 2026-10-01
        {"database_type", mmdb::text(type_)},
        {"description", mmdb::map({{"en", mmdb::text("made for a test")}})},
        {"ip_version", mmdb::u16(ip_version_)},
        {"languages", mmdb::array({mmdb::text("en")})},
        {"node_count", mmdb::u32(nodes_.size())},
        {"record_size", mmdb::u16(24)}};
    if (!extra_.empty()) metadata.insert(metadata.begin(), {"a", extra_});
    const std::string_view marker = "\xab\xcd\xefMaxMind.com";
    return mmdb::joined(
        {out, MmdbBytes(16), data_, MmdbBytes(marker.begin(), marker.end()), mmdb::map(metadata)});
  }

 private:
  struct Record {
    enum Kind : uint8_t { kEmpty, kNode, kData } kind = kEmpty;
    size_t value = 0;
  };
  using Node = std::array<Record, 2>;

  void link(const Prefix& prefix, size_t offset) {
    std::array<uint8_t, 16> bits = prefix.address.bytes();
    if (prefix.address.is_v4()) bits[10] = bits[11] = 0;  // ::/96, not ::ffff:0:0/96
    const size_t from = ip_version_ == 4 ? 96 : 0;
    const size_t to = prefix.length + (prefix.address.is_v4() ? 96u : 0u);
    size_t node = 0;
    for (size_t bit = from; bit < to; ++bit) {
      const size_t side = bits[bit / 8] >> (7 - bit % 8) & 1;
      if (bit + 1 == to) {
        nodes_[node][side] = {Record::kData, offset};
        return;
      }
      if (nodes_[node][side].kind != Record::kNode) {
        nodes_.push_back({});
        nodes_[node][side] = {Record::kNode, nodes_.size() - 1};
      }
      node = nodes_[node][side].value;
    }
  }

  std::string type_;
  uint16_t ip_version_;
  std::vector<Node> nodes_ = std::vector<Node>(1);
  MmdbBytes data_;
  MmdbBytes extra_;
};

}  // namespace picket::detect::intel
