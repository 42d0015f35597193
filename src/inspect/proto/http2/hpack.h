// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "base/byte_reader.h"

namespace picket::inspect::http2 {

// Header compression of HTTP/2 (RFC 7541), the decoding side of one direction. A block that cannot
// be decoded leaves the table in doubt: later blocks may come out wrong, which is what the peers
// themselves would end the connection for. Bounds: kTableMax bytes of table whatever the peers
// agree on, kFieldsMax fields of a block. Not thread-safe.
class HpackDecoder {
 public:
  static constexpr size_t kTableMax = 64 * 1024;
  static constexpr size_t kEntryOverhead = 32;  // RFC 7541 4.1
  static constexpr size_t kFieldsMax = 1024;
  static constexpr uint32_t kIntegerMax = 1u << 24;
  using Sink = std::function<void(std::string_view name, std::string_view value)>;
  using SizeSink = std::function<void(uint32_t size)>;

  // False: the block is malformed; what came before the fault has been handed over.
  bool decode(Bytes block, const Sink& sink, const SizeSink& size_changed);

 private:
  struct Entry {
    std::string name, value;
  };
  static bool integer(ByteReader& reader, unsigned prefix_bits, uint8_t first, uint32_t& out);
  static bool string(ByteReader& reader, std::string& out);
  bool indexed(uint32_t number, bool with_value, std::string& name, std::string& value) const;
  void insert(const std::string& name, const std::string& value);
  void shrink(size_t limit);

  std::deque<Entry> table_;  // newest first
  size_t size_ = 0, limit_ = 4096;
};

// Appends the text that `bytes` are the Huffman code of; false: they are none.
bool huffman_decode(Bytes bytes, std::string& out);

}  // namespace picket::inspect::http2
