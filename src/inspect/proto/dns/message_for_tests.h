// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/proto/dns/message.h"

// Writes DNS messages for tests, well formed unless told otherwise. Names are written plain; at()
// gives offsets for compression pointers by hand.
namespace picket::inspect::dns {

using ByteVector = std::vector<uint8_t>;

constexpr uint16_t kResponseFlags = 0x8180;  // response, recursion desired and available

inline void put_u16(ByteVector& out, size_t value) {
  out.push_back(static_cast<uint8_t>(value >> 8));
  out.push_back(static_cast<uint8_t>(value));
}
inline void put_u32(ByteVector& out, uint32_t value) {
  put_u16(out, value >> 16);
  put_u16(out, value & 0xffff);
}
inline ByteVector wire_name(std::string_view text) {
  ByteVector out;
  while (!text.empty()) {
    const std::string_view label = text.substr(0, text.find('.'));
    out.push_back(static_cast<uint8_t>(label.size()));
    out.insert(out.end(), label.begin(), label.end());
    text.remove_prefix(std::min(text.size(), label.size() + 1));
  }
  out.push_back(0);
  return out;
}
inline ByteVector pointer(size_t offset) {
  return {static_cast<uint8_t>(0xc0 | offset >> 8), static_cast<uint8_t>(offset)};
}
inline ByteVector joined(std::initializer_list<ByteVector> parts) {
  ByteVector out;
  for (const ByteVector& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

class MessageBuilder {
 public:
  explicit MessageBuilder(uint16_t flags = kResponseFlags) : bytes_(kHeaderBytes) {
    set_u16(0, 0x1234);
    set_u16(2, flags);
  }
  size_t at() const { return bytes_.size(); }
  MessageBuilder& question(const ByteVector& name, uint16_t type, uint16_t klass = kClassInternet) {
    append(name);
    put_u16(bytes_, type);
    put_u16(bytes_, klass);
    return count(4);
  }
  MessageBuilder& question(std::string_view name, uint16_t type) {
    return question(wire_name(name), type);
  }
  MessageBuilder& record(Section section, const ByteVector& owner, uint16_t type, uint32_t ttl,
                         const ByteVector& rdata, uint16_t klass = kClassInternet) {
    append(owner);
    put_u16(bytes_, type);
    put_u16(bytes_, klass);
    put_u32(bytes_, ttl);
    put_u16(bytes_, rdata.size());
    append(rdata);
    return count(6 + 2 * static_cast<size_t>(section));
  }
  MessageBuilder& answer(std::string_view owner, uint16_t type, uint32_t ttl,
                         const ByteVector& rdata) {
    return record(Section::kAnswer, wire_name(owner), type, ttl, rdata);
  }
  MessageBuilder& raw(const ByteVector& bytes) {
    append(bytes);
    return *this;
  }
  MessageBuilder& set_u16(size_t offset, uint16_t value) {
    bytes_[offset] = static_cast<uint8_t>(value >> 8);
    bytes_[offset + 1] = static_cast<uint8_t>(value);
    return *this;
  }
  const ByteVector& bytes() const { return bytes_; }
  ByteVector tcp() const {
    ByteVector out;
    put_u16(out, bytes_.size());
    return joined({out, bytes_});
  }

 private:
  void append(const ByteVector& bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  MessageBuilder& count(size_t offset) {
    if (++bytes_[offset + 1] == 0) ++bytes_[offset];
    return *this;
  }
  ByteVector bytes_;
};

}  // namespace picket::inspect::dns
