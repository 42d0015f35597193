// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/byte_reader.h"
#include "event/log_record.h"

// Typed values of Microsoft's binary XML (MS-EVEN6 2.2.12, libevtx' "Windows XML Event Log (EVTX)")
// as the text Windows' own XML shows: numbers in decimal, hex kinds as 0x1f, GUIDs in braces, SIDs
// as S-1-..., times in UTC to 100 ns, binary as hexadecimal digits. Pure functions.
namespace picket::sensor::replay {

// DO NOT CHANGE THESE ENUM VALUES: they stand in the files.
enum class ValueType : uint8_t {
  kNull = 0x00,
  kString = 0x01,
  kAnsiString = 0x02,
  kInt8 = 0x03,
  kUint8 = 0x04,
  kInt16 = 0x05,
  kUint16 = 0x06,
  kInt32 = 0x07,
  kUint32 = 0x08,
  kInt64 = 0x09,
  kUint64 = 0x0a,
  kReal32 = 0x0b,
  kReal64 = 0x0c,
  kBool = 0x0d,
  kBinary = 0x0e,
  kGuid = 0x0f,
  kSize = 0x10,
  kFileTime = 0x11,
  kSystemTime = 0x12,
  kSid = 0x13,
  kHexInt32 = 0x14,
  kHexInt64 = 0x15,
  kHandle = 0x20,
  kBinXml = 0x21,
  kXml = 0x23,
};
constexpr uint8_t kArrayBit = 0x80;

// Appends the value's text; false when the bytes do not fit the type (then nothing is appended).
// kBinXml has no text of its own: false.
bool append_value(ValueType type, Bytes bytes, std::string& out);
event::LogField::Type field_type(ValueType type);

// The bytes of one element of an array of `type` at the start of `rest`; for text up to and with
// its NUL. Empty: the rest holds no whole element, or the type comes in no arrays.
Bytes array_element(ValueType type, Bytes rest);

// 100 ns since 1601 to 2026-04-17T05:24:53.0920510Z, and to wall time.
void append_filetime(uint64_t filetime, std::string& out);
WallTime filetime_to_wall(uint64_t filetime);

}  // namespace picket::sensor::replay
