// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <string>

#include "base/byte_reader.h"

// Pieces of SMB 1 messages (MS-CIFS 2.2.3). Pure; views borrow from the message.
namespace picket::inspect::smb {

constexpr size_t kHeaderBytes1 = 32;
constexpr size_t kChainMax1 = 8;  // AndX commands of one message
constexpr uint8_t kNoAndX = 0xff;

enum Command1 : uint16_t {
  kClose1 = 0x04,
  kRename1 = 0x07,
  kWrite1 = 0x0b,
  kTrans1 = 0x25,
  kWriteAndClose1 = 0x2c,
  kOpenAndX1 = 0x2d,
  kReadAndX1 = 0x2e,
  kWriteAndX1 = 0x2f,
  kTrans2 = 0x32,
  kTreeDisconnect1 = 0x71,
  kNegotiate1 = 0x72,
  kSessionSetup1 = 0x73,
  kLogoff1 = 0x74,
  kTreeConnect1 = 0x75,
  kNtCreate1 = 0xa2,
};
constexpr bool has_andx1(uint16_t command) {
  return command == kOpenAndX1 || command == kReadAndX1 || command == kWriteAndX1 ||
         command == 0x24 || command == kSessionSetup1 || command == kLogoff1 ||
         command == kTreeConnect1 || command == kNtCreate1;
}

struct Parts1 {
  Bytes words, data;
  bool good = false;
};
// The words and data of the command at `offset`. Data may be cut where the message is.
inline Parts1 read_parts1(Bytes message, size_t offset) {
  Parts1 out;
  ByteReader reader(message);
  reader.seek(offset);
  out.words = reader.take(size_t{reader.u8()} * 2);
  const size_t count = reader.u16_le();
  out.good = !reader.failed();
  out.data = reader.take(std::min(count, reader.remaining()));
  return out;
}

// The strings of a data part, one by one: UTF-16LE ones start at even offsets of the message.
class Strings1 {
 public:
  Strings1(Bytes bytes, size_t base, bool unicode)
      : bytes_(bytes), base_(base), unicode_(unicode) {}
  std::string next();
  std::string next_ascii();
  void skip(size_t count) { at_ += count; }
  bool more() const { return at_ < bytes_.size(); }

 private:
  Bytes bytes_;
  size_t base_;
  bool unicode_;
  size_t at_ = 0;
};

}  // namespace picket::inspect::smb
