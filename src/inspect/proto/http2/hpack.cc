// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/http2/hpack.h"

#include <algorithm>
#include <array>

#include "base/counter.h"

namespace picket::inspect::http2 {
namespace {

Counter table_bounded{"inspect.http2.table_bounded",
                      "HPACK table sizes asked for beyond what is kept"};

// How long the code of each byte is, and that of the end (RFC 7541 appendix B). The code is
// canonical: the lengths say it all.
constexpr std::array<uint8_t, 257> kLengths = {
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28,
    28, 28, 28, 28, 28, 28, 28, 28, 6,  10, 10, 12, 13, 6,  8,  11, 10, 10, 8,  11, 8,  6,  6,  6,
    5,  5,  5,  6,  6,  6,  6,  6,  6,  6,  7,  8,  15, 6,  12, 10, 13, 6,  7,  7,  7,  7,  7,  7,
    7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  8,  7,  8,  13, 19, 13, 14, 6,
    15, 5,  6,  5,  6,  5,  6,  6,  6,  5,  7,  7,  6,  6,  6,  5,  6,  7,  6,  5,  5,  6,  7,  7,
    7,  7,  7,  15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21,
    23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24,
    21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
};
constexpr unsigned kLengthMax = 30;

struct HuffmanTable {
  std::array<uint32_t, kLengthMax + 2> first{};   // smallest code of a length
  std::array<uint16_t, kLengthMax + 2> count{};   // how many have it
  std::array<uint16_t, kLengthMax + 2> offset{};  // where they begin in `symbols`
  std::array<uint16_t, 257> symbols{};            // in order of their codes
};
constexpr HuffmanTable make_table() {
  HuffmanTable table;
  for (const uint8_t length : kLengths) ++table.count[length];
  uint32_t code = 0;
  uint16_t at = 0;
  for (unsigned length = 1; length <= kLengthMax; ++length) {
    code <<= 1;
    table.first[length] = code;
    table.offset[length] = at;
    for (uint16_t symbol = 0; symbol < kLengths.size(); ++symbol)
      if (kLengths[symbol] == length) table.symbols[at++] = symbol;
    code += table.count[length];
  }
  return table;
}
constexpr HuffmanTable kHuffman = make_table();

struct StaticField {
  std::string_view name, value;
};
// RFC 7541 appendix A.
constexpr StaticField kStatic[] = {
    {":authority", ""},
    {":method", "GET"},
    {":method", "POST"},
    {":path", "/"},
    {":path", "/index.html"},
    {":scheme", "http"},
    {":scheme", "https"},
    {":status", "200"},
    {":status", "204"},
    {":status", "206"},
    {":status", "304"},
    {":status", "400"},
    {":status", "404"},
    {":status", "500"},
    {"accept-charset", ""},
    {"accept-encoding", "gzip, deflate"},
    {"accept-language", ""},
    {"accept-ranges", ""},
    {"accept", ""},
    {"access-control-allow-origin", ""},
    {"age", ""},
    {"allow", ""},
    {"authorization", ""},
    {"cache-control", ""},
    {"content-disposition", ""},
    {"content-encoding", ""},
    {"content-language", ""},
    {"content-length", ""},
    {"content-location", ""},
    {"content-range", ""},
    {"content-type", ""},
    {"cookie", ""},
    {"date", ""},
    {"etag", ""},
    {"expect", ""},
    {"expires", ""},
    {"from", ""},
    {"host", ""},
    {"if-match", ""},
    {"if-modified-since", ""},
    {"if-none-match", ""},
    {"if-range", ""},
    {"if-unmodified-since", ""},
    {"last-modified", ""},
    {"link", ""},
    {"location", ""},
    {"max-forwards", ""},
    {"proxy-authenticate", ""},
    {"proxy-authorization", ""},
    {"range", ""},
    {"referer", ""},
    {"refresh", ""},
    {"retry-after", ""},
    {"server", ""},
    {"set-cookie", ""},
    {"strict-transport-security", ""},
    {"transfer-encoding", ""},
    {"user-agent", ""},
    {"vary", ""},
    {"via", ""},
    {"www-authenticate", ""},
};
constexpr size_t kStaticCount = std::size(kStatic);
static_assert(kStaticCount == 61);

}  // namespace

bool huffman_decode(Bytes bytes, std::string& out) {
  uint32_t code = 0;
  unsigned length = 0;
  for (const uint8_t byte : bytes)
    for (int bit = 7; bit >= 0; --bit) {
      code = code << 1 | (byte >> bit & 1u);
      if (++length > kLengthMax) return false;
      const uint32_t at = code - kHuffman.first[length];
      if (code < kHuffman.first[length] || at >= kHuffman.count[length]) continue;
      const uint16_t symbol = kHuffman.symbols[kHuffman.offset[length] + at];
      if (symbol > 255) return false;
      out += static_cast<char>(symbol);
      code = 0;
      length = 0;
    }
  return length < 8 && code == (1u << length) - 1;  // padding is ones
}

// RFC 7541 5.1.
bool HpackDecoder::integer(ByteReader& reader, unsigned prefix_bits, uint8_t first, uint32_t& out) {
  const uint32_t mask = (1u << prefix_bits) - 1;
  uint64_t value = first & mask;
  if (value == mask) {
    unsigned shift = 0;
    uint8_t byte = 0;
    do {
      byte = reader.u8();
      value += static_cast<uint64_t>(byte & 0x7f) << shift;
      shift += 7;
      if (reader.failed() || shift > 35 || value > kIntegerMax) return false;
    } while (byte & 0x80);
  }
  out = static_cast<uint32_t>(value);
  return true;
}

bool HpackDecoder::string(ByteReader& reader, std::string& out) {
  out.clear();
  const uint8_t first = reader.u8();
  uint32_t size = 0;
  if (reader.failed() || !integer(reader, 7, first, size)) return false;
  const Bytes bytes = reader.take(size);
  if (reader.failed()) return false;
  if (first & 0x80) return huffman_decode(bytes, out);
  out = as_text(bytes);
  return true;
}

bool HpackDecoder::indexed(uint32_t number, bool with_value, std::string& name,
                           std::string& value) const {
  if (number == 0) return false;
  if (number <= kStaticCount) {
    name = kStatic[number - 1].name;
    if (with_value) value = kStatic[number - 1].value;
    return true;
  }
  const size_t at = number - kStaticCount - 1;
  if (at >= table_.size()) return false;
  name = table_[at].name;
  if (with_value) value = table_[at].value;
  return true;
}

void HpackDecoder::shrink(size_t limit) {
  while (size_ > limit && !table_.empty()) {
    size_ -= table_.back().name.size() + table_.back().value.size() + kEntryOverhead;
    table_.pop_back();
  }
}

void HpackDecoder::insert(const std::string& name, const std::string& value) {
  const size_t cost = name.size() + value.size() + kEntryOverhead;
  if (cost > limit_) {
    shrink(0);
    return;
  }
  shrink(limit_ - cost);
  table_.push_front({name, value});
  size_ += cost;
}

bool HpackDecoder::decode(Bytes block, const Sink& sink, const SizeSink& size_changed) {
  ByteReader reader(block);
  std::string name, value;
  for (size_t fields = 0; reader.remaining() > 0; ++fields) {
    if (fields > kFieldsMax) return false;
    const uint8_t first = reader.u8();
    uint32_t number = 0;
    if (first & 0x80) {
      if (!integer(reader, 7, first, number) || !indexed(number, true, name, value)) return false;
      sink(name, value);
      continue;
    }
    if ((first & 0xe0) == 0x20) {
      if (!integer(reader, 5, first, number)) return false;
      if (number > kTableMax) table_bounded.add();
      limit_ = std::min<size_t>(number, kTableMax);
      shrink(limit_);
      size_changed(number);
      continue;
    }
    const bool remember = (first & 0xc0) == 0x40;
    if (!integer(reader, remember ? 6 : 4, first, number)) return false;
    if (number == 0 ? !string(reader, name) : !indexed(number, false, name, value)) return false;
    if (!string(reader, value)) return false;
    if (remember) insert(name, value);
    sink(name, value);
  }
  return true;
}

}  // namespace picket::inspect::http2
