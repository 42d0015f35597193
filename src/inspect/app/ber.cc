// SPDX-License-Identifier: Apache-2.0
#include "inspect/app/ber.h"

namespace picket::inspect {
namespace {

constexpr uint8_t kLongTag = 0x1f;

struct Header {
  uint8_t tag = 0;
  size_t size = 0, length = 0;
};
std::optional<Header> read_header(Bytes bytes, bool& bad) {
  bad = false;
  if (bytes.empty()) return std::nullopt;
  Header out;
  out.tag = bytes[0];
  bad = (out.tag & kLongTag) == kLongTag;
  if (bad || bytes.size() < 2) return std::nullopt;
  const uint8_t first = bytes[1];
  if (first < 0x80) {
    out.size = 2;
    out.length = first;
    return out;
  }
  const size_t count = first & 0x7f;
  bad = count == 0 || count > 4;
  if (bad || bytes.size() < 2 + count) return std::nullopt;
  for (size_t i = 0; i < count; ++i) out.length = out.length << 8 | bytes[2 + i];
  out.size = 2 + count;
  return out;
}

}  // namespace

std::optional<size_t> ber_size(Bytes bytes, bool& bad) {
  const auto header = read_header(bytes, bad);
  if (!header) return std::nullopt;
  return header->size + header->length;
}

std::optional<BerElement> BerReader::next() {
  if (rest_.empty() || failed_) return std::nullopt;
  bool bad = false;
  const auto header = read_header(rest_, bad);
  if (!header || header->length > rest_.size() - header->size) {
    failed_ = true;
    return std::nullopt;
  }
  BerElement out{header->tag, rest_.subspan(header->size, header->length)};
  rest_ = rest_.subspan(header->size + header->length);
  return out;
}

std::optional<BerElement> BerReader::next(uint8_t tag) {
  return peek() == tag && !rest_.empty() ? next() : std::nullopt;
}

std::optional<int64_t> ber_integer(Bytes content) {
  if (content.empty() || content.size() > 8) return std::nullopt;
  uint64_t value = (content[0] & 0x80) != 0 ? ~uint64_t{0} : 0;
  for (const uint8_t byte : content) value = value << 8 | byte;
  return static_cast<int64_t>(value);
}

std::string ber_oid(Bytes content) {
  std::string out;
  uint64_t part = 0;
  size_t parts = 0;
  for (const uint8_t byte : content) {
    part = part << 7 | (byte & 0x7f);
    if ((byte & 0x80) != 0) continue;
    if (++parts > kOidPartsMax) break;
    if (out.empty()) {
      const uint64_t first = part < 80 ? part / 40 : 2;
      out = std::to_string(first) + "." + std::to_string(part - first * 40);
    } else {
      out += "." + std::to_string(part);
    }
    part = 0;
  }
  return out;
}

}  // namespace picket::inspect
