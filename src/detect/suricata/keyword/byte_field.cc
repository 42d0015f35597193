// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/keyword/byte_field.h"

#include <algorithm>
#include <bit>

#include "detect/suricata/text.h"

namespace picket::detect::suricata::keyword {
namespace {

// As strtoull reads: leading space, a sign, 0x before hexadecimal; at least one digit.
std::optional<uint64_t> read_text(Bytes bytes, unsigned base) {
  size_t i = 0;
  while (i < bytes.size() && (bytes[i] == ' ' || (bytes[i] >= 9 && bytes[i] <= 13))) ++i;
  if (i < bytes.size() && (bytes[i] == '+' || bytes[i] == '-')) ++i;
  if (base == 16 && i + 1 < bytes.size() && bytes[i] == '0' && (bytes[i + 1] | 0x20) == 'x') i += 2;
  uint64_t value = 0;
  bool any = false;
  for (; i < bytes.size(); ++i) {
    uint8_t c = bytes[i];
    unsigned digit = c >= '0' && c <= '9'                     ? c - '0'
                     : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10u
                                                              : 99;
    if (digit >= base) break;
    if (value > (~uint64_t{0} - digit) / base) return std::nullopt;
    value = value * base + digit;
    any = true;
  }
  if (!any) return std::nullopt;
  return value;
}

}  // namespace

std::optional<ByteField::Value> ByteField::read(const BufferWalk& walk) const {
  int64_t count = bytes.get(walk.scope);
  int64_t from = offset.get(walk.scope) + (relative ? walk.cursor : 0);
  int64_t size = static_cast<int64_t>(walk.bytes.size());
  if (text && count == 0)
    count = std::clamp<int64_t>(size - from, 0, kTextMax);  // as many digits as there are
  if (count <= 0 || count > static_cast<int64_t>(text ? kTextMax : 8) || from < 0 ||
      from + count > size)
    return std::nullopt;
  Value value{0, static_cast<size_t>(from), static_cast<size_t>(from + count)};
  Bytes field = walk.bytes.subspan(value.from, static_cast<size_t>(count));
  if (text) {
    auto number = read_text(field, base);
    if (!number) return std::nullopt;
    value.number = *number;
  } else {
    for (size_t i = 0; i < field.size(); ++i)
      value.number = value.number << 8 | field[little ? field.size() - 1 - i : i];
  }
  if (bitmask != 0) value.number = (value.number & bitmask) >> std::countr_zero(bitmask);
  return value;
}

Result<bool> ByteField::take_word(std::string_view word) {
  size_t space = word.find_first_of(" \t");
  std::string_view name = word.substr(0, space), rest = space == std::string_view::npos
                                                            ? std::string_view()
                                                            : trimmed(word.substr(space));
  if (name == "relative") {
    relative = true;
  } else if (name == "little" || name == "big" ||
             (name == "endian" && (rest == "little" || rest == "big"))) {
    little = name == "little" || rest == "little";
  } else if (name == "dce") {
    little = true;
  } else if (name == "string") {
    text = true;
    if (!rest.empty()) return take_word(rest);
  } else if (name == "hex" || name == "dec" || name == "oct") {
    base = name == "hex" ? 16 : name == "dec" ? 10 : 8;
    text = true;
  } else if (name == "bitmask") {
    auto mask = parse_number<uint64_t>(rest);
    if (!mask) {
      auto bare = parse_number<uint64_t>("0x" + std::string(rest));
      mask = bare;
    }
    if (!mask || *mask == 0) return failure("expected a mask other than 0 after bitmask");
    bitmask = *mask;
  } else {
    return false;
  }
  return true;
}

}  // namespace picket::detect::suricata::keyword
