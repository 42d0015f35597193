// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/binxml_value.h"

#include <bit>
#include <charconv>
#include <chrono>
#include <cstring>

#include "sensor/replay/utf16.h"

namespace picket::sensor::replay {
namespace {

constexpr uint64_t kTicksPerSecond = 10'000'000;    // FILETIME counts 100 ns
constexpr int64_t kSecondsTo1970 = 11'644'473'600;  // from 1601
constexpr size_t kSidAuthoritiesMax = 15;           // SID_MAX_SUB_AUTHORITIES
constexpr char kUpperDigits[] = "0123456789ABCDEF";
constexpr char kLowerDigits[] = "0123456789abcdef";

template <typename T>
T load(Bytes bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof(T));
  if constexpr (std::endian::native == std::endian::big) value = std::byteswap(value);
  return value;
}

template <typename T>
void append_number(T value, std::string& out, int base = 10) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value, base).ptr;
  out.append(digits, end);
}

template <typename T>
bool integer(Bytes bytes, std::string& out) {
  if (bytes.size() != sizeof(T)) return false;
  append_number(load<T>(bytes), out);
  return true;
}

template <typename Bits, typename Real>
bool real(Bytes bytes, std::string& out) {
  if (bytes.size() != sizeof(Bits)) return false;
  char digits[64];
  const auto end =
      std::to_chars(digits, digits + sizeof digits, std::bit_cast<Real>(load<Bits>(bytes))).ptr;
  out.append(digits, end);
  return true;
}

bool hex_number(Bytes bytes, std::string& out) {
  if (bytes.size() != 4 && bytes.size() != 8) return false;
  out += "0x";
  append_number(bytes.size() == 4 ? load<uint32_t>(bytes) : load<uint64_t>(bytes), out, 16);
  return true;
}

// Two, four... decimal digits with leading zeros.
void append_padded(uint64_t value, int digits, std::string& out) {
  char text[20];
  for (int i = digits; i-- > 0; value /= 10) text[i] = static_cast<char>('0' + value % 10);
  out.append(text, static_cast<size_t>(digits));
}

void append_date(uint64_t year, unsigned month, unsigned day, std::string& out) {
  append_padded(year, 4, out);
  out += '-';
  append_padded(month, 2, out);
  out += '-';
  append_padded(day, 2, out);
  out += 'T';
}

void append_clock(uint64_t hour, uint64_t minute, uint64_t second, std::string& out) {
  append_padded(hour, 2, out);
  out += ':';
  append_padded(minute, 2, out);
  out += ':';
  append_padded(second, 2, out);
}

bool system_time(Bytes bytes, std::string& out) {
  if (bytes.size() != 16) return false;
  const auto part = [&](size_t i) { return load<uint16_t>(bytes.subspan(2 * i)); };
  // year, month, day of week, day, hour, minute, second, milliseconds
  append_date(part(0), part(1) % 100u, part(3) % 100u, out);
  append_clock(part(4), part(5), part(6), out);
  out += '.';
  append_padded(part(7), 3, out);
  out += 'Z';
  return true;
}

void append_hex(Bytes bytes, const char* digits, std::string& out) {
  for (const uint8_t byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
}

bool guid(Bytes bytes, std::string& out) {
  if (bytes.size() != 16) return false;
  // Three little-endian numbers, then two runs of bytes as they stand.
  static constexpr int8_t kOrder[] = {3,  2, 1, 0,  -1, 5,  4,  -1, 7,  6,
                                      -1, 8, 9, -1, 10, 11, 12, 13, 14, 15};
  out += '{';
  for (const int8_t at : kOrder) {
    if (at < 0)
      out += '-';
    else
      append_hex(bytes.subspan(static_cast<size_t>(at), 1), kLowerDigits, out);
  }
  out += '}';
  return true;
}

size_t sid_size(Bytes bytes) {
  if (bytes.size() < 8 || bytes[1] > kSidAuthoritiesMax) return 0;
  return 8 + 4u * bytes[1];
}

bool sid(Bytes bytes, std::string& out) {
  const size_t size = sid_size(bytes);
  if (size == 0 || bytes.size() < size) return false;
  out += "S-";
  append_number<unsigned>(bytes[0], out);
  out += '-';
  uint64_t authority = 0;
  for (size_t i = 2; i < 8; ++i) authority = authority << 8 | bytes[i];
  append_number(authority, out);
  for (size_t at = 8; at < size; at += 4) {
    out += '-';
    append_number(load<uint32_t>(bytes.subspan(at)), out);
  }
  return true;
}

void string(Bytes bytes, std::string& out) {
  size_t size = bytes.size() & ~size_t{1};
  while (size >= 2 && bytes[size - 1] == 0 && bytes[size - 2] == 0) size -= 2;
  append_utf16(bytes.first(size), out);
}

// The code page is not recorded: taken as Latin-1, which the Western ones share for letters.
void ansi_string(Bytes bytes, std::string& out) {
  while (!bytes.empty() && bytes.back() == 0) bytes = bytes.first(bytes.size() - 1);
  for (const uint8_t byte : bytes) append_code_point(byte, out);
}

bool boolean(Bytes bytes, std::string& out) {
  if (bytes.size() != 4 && bytes.size() != 1) return false;
  bool truth = false;
  for (const uint8_t byte : bytes) truth = truth || byte != 0;
  out += truth ? "true" : "false";
  return true;
}

}  // namespace

void append_filetime(uint64_t filetime, std::string& out) {
  constexpr uint64_t kYear9999 = 2'650'467'744'000'000'000;  // from there on Windows has no date
  if (filetime >= kYear9999) {
    append_number(filetime, out);
    return;
  }
  const auto days = static_cast<int64_t>(filetime / kTicksPerSecond / 86400);
  const uint64_t second = filetime / kTicksPerSecond % 86400;
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::days{days - kSecondsTo1970 / 86400}}};
  append_date(static_cast<uint64_t>(static_cast<int>(date.year())),
              static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), out);
  append_clock(second / 3600, second / 60 % 60, second % 60, out);
  out += '.';
  append_padded(filetime % kTicksPerSecond, 7, out);
  out += 'Z';
}

WallTime filetime_to_wall(uint64_t filetime) {
  const auto seconds = static_cast<int64_t>(filetime / kTicksPerSecond) - kSecondsTo1970;
  constexpr int64_t kSecondsMax = INT64_MAX / 1'000'000'000 - 1;  // the year 2262
  if (seconds > kSecondsMax || seconds < -kSecondsMax) return WallTime{0};
  return WallTime{seconds * 1'000'000'000 + static_cast<int64_t>(filetime % kTicksPerSecond) * 100};
}

bool append_value(ValueType type, Bytes bytes, std::string& out) {
  switch (type) {
    case ValueType::kNull: return true;
    case ValueType::kString:
    case ValueType::kXml: string(bytes, out); return true;
    case ValueType::kAnsiString: ansi_string(bytes, out); return true;
    case ValueType::kInt8: return integer<int8_t>(bytes, out);
    case ValueType::kUint8: return integer<uint8_t>(bytes, out);
    case ValueType::kInt16: return integer<int16_t>(bytes, out);
    case ValueType::kUint16: return integer<uint16_t>(bytes, out);
    case ValueType::kInt32: return integer<int32_t>(bytes, out);
    case ValueType::kUint32: return integer<uint32_t>(bytes, out);
    case ValueType::kInt64: return integer<int64_t>(bytes, out);
    case ValueType::kUint64: return integer<uint64_t>(bytes, out);
    case ValueType::kReal32: return real<uint32_t, float>(bytes, out);
    case ValueType::kReal64: return real<uint64_t, double>(bytes, out);
    case ValueType::kBool: return boolean(bytes, out);
    case ValueType::kBinary: append_hex(bytes, kUpperDigits, out); return true;
    case ValueType::kGuid: return guid(bytes, out);
    case ValueType::kFileTime:
      if (bytes.size() != 8) return false;
      append_filetime(load<uint64_t>(bytes), out);
      return true;
    case ValueType::kSystemTime: return system_time(bytes, out);
    case ValueType::kSid: return sid(bytes, out);
    case ValueType::kSize:
    case ValueType::kHexInt32:
    case ValueType::kHexInt64:
    case ValueType::kHandle: return hex_number(bytes, out);
    case ValueType::kBinXml: return false;
  }
  return false;
}

event::LogField::Type field_type(ValueType type) {
  using Type = event::LogField::Type;
  if (type == ValueType::kNull) return Type::kNull;
  if (type == ValueType::kBool) return Type::kBoolean;
  return type >= ValueType::kInt8 && type <= ValueType::kReal64 ? Type::kNumber : Type::kText;
}

Bytes array_element(ValueType type, Bytes rest) {
  size_t size = 0;
  switch (type) {
    case ValueType::kString:
      while (size + 2 <= rest.size() && (rest[size] || rest[size + 1])) size += 2;
      return rest.first(std::min(size + 2, rest.size()));
    case ValueType::kAnsiString:
      while (size < rest.size() && rest[size]) ++size;
      return rest.first(std::min(size + 1, rest.size()));
    case ValueType::kInt8:
    case ValueType::kUint8: size = 1; break;
    case ValueType::kInt16:
    case ValueType::kUint16: size = 2; break;
    case ValueType::kInt32:
    case ValueType::kUint32:
    case ValueType::kReal32:
    case ValueType::kBool:
    case ValueType::kHexInt32: size = 4; break;
    case ValueType::kInt64:
    case ValueType::kUint64:
    case ValueType::kReal64:
    case ValueType::kSize:
    case ValueType::kFileTime:
    case ValueType::kHexInt64: size = 8; break;
    case ValueType::kGuid:
    case ValueType::kSystemTime: size = 16; break;
    case ValueType::kSid: size = sid_size(rest); break;
    default: return {};
  }
  return size <= rest.size() ? rest.first(size) : Bytes{};
}

}  // namespace picket::sensor::replay
