// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

// Writes ClientHellos for tests, well formed unless told otherwise.
namespace picket::inspect::tls {

using ByteVector = std::vector<uint8_t>;

inline void append(ByteVector& out, const ByteVector& bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}
// `bytes` behind its length of `width` bytes.
inline ByteVector with_length(size_t width, const ByteVector& bytes) {
  ByteVector out;
  for (size_t i = width; i-- > 0;) out.push_back(static_cast<uint8_t>(bytes.size() >> 8 * i));
  append(out, bytes);
  return out;
}
inline ByteVector u16s(std::initializer_list<uint16_t> numbers) {
  ByteVector out;
  for (const uint16_t number : numbers) {
    out.push_back(static_cast<uint8_t>(number >> 8));
    out.push_back(static_cast<uint8_t>(number));
  }
  return out;
}
inline ByteVector server_name_body(std::string_view name) {
  ByteVector entry{0};
  append(entry, with_length(2, ByteVector(name.begin(), name.end())));
  return with_length(2, entry);
}
inline ByteVector protocols_body(std::initializer_list<std::string_view> protocols) {
  ByteVector list;
  for (const std::string_view protocol : protocols)
    append(list, with_length(1, ByteVector(protocol.begin(), protocol.end())));
  return with_length(2, list);
}

class HelloBuilder {
 public:
  HelloBuilder& extension(uint16_t type, const ByteVector& body) {
    append(extensions_, u16s({type}));
    append(extensions_, with_length(2, body));
    return *this;
  }
  HelloBuilder& without_extensions() {
    extensions_block_ = false;
    return *this;
  }
  HelloBuilder& trailing(const ByteVector& bytes) {
    trailing_ = bytes;
    return *this;
  }
  // The message with its four header bytes.
  ByteVector handshake(uint8_t type = 1) const {
    ByteVector body = u16s({0x0303});
    for (uint8_t i = 0; i < 32; ++i) body.push_back(i);
    append(body, with_length(1, ByteVector(32, 0x5e)));
    append(body, with_length(2, u16s({0x2a2a, 0x1301, 0x1302, 0xc02b})));
    append(body, with_length(1, {0}));
    if (extensions_block_) append(body, with_length(2, extensions_));
    append(body, trailing_);
    ByteVector out{type};
    append(out, with_length(3, body));
    return out;
  }
  // In records of at most `fragment` bytes.
  ByteVector records(size_t fragment = 1 << 14) const { return in_records(handshake(), fragment); }
  static ByteVector in_records(const ByteVector& message, size_t fragment = 1 << 14) {
    ByteVector out;
    for (size_t at = 0; at < message.size(); at += fragment) {
      const auto from = message.begin() + static_cast<ptrdiff_t>(at);
      const size_t size = std::min(fragment, message.size() - at);
      append(out, {22, 3, 1});
      append(out, with_length(2, ByteVector(from, from + static_cast<ptrdiff_t>(size))));
    }
    return out;
  }

 private:
  ByteVector extensions_, trailing_;
  bool extensions_block_ = true;
};

// What a browser sends, in small: GREASE, SNI, groups, formats, ALPN, signatures, versions.
inline HelloBuilder browser_hello(std::string_view name = "www.Example.com") {
  HelloBuilder builder;
  builder.extension(0x1a1a, {})
      .extension(0, server_name_body(name))
      .extension(10, with_length(2, u16s({0x3a3a, 0x001d, 0x0017})))
      .extension(11, with_length(1, {0}))
      .extension(16, protocols_body({"h2", "http/1.1"}))
      .extension(13, with_length(2, u16s({0x0403, 0x0804})))
      .extension(43, with_length(1, u16s({0x4a4a, 0x0304, 0x0303})))
      .extension(0x8a8a, {0});
  return builder;
}

}  // namespace picket::inspect::tls
