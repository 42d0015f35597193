// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/byte_reader.h"

// Protocol data units of DCE/RPC over connections (C706 chapter 12.6, MS-RPCE): pure reading.
namespace picket::inspect::dcerpc {

constexpr size_t kHeaderBytes = 16;

enum Type : uint8_t {
  kRequest = 0,
  kPing = 1,
  kResponse = 2,
  kFault = 3,
  kBind = 11,
  kBindAck = 12,
  kBindNak = 13,
  kAlterContext = 14,
  kAlterContextResponse = 15,
  kAuth3 = 16,
  kShutdown = 17,
  kCancel = 18,
  kOrphaned = 19,
};
std::string_view type_text(uint8_t type);  // BIND, BINDACK ... UNKNOWN

struct Pdu {
  uint8_t minor = 0, type = 0, flags = 0;
  bool little = true;  // byte order of its numbers
  uint16_t length = 0, auth_length = 0;
  uint32_t call_id = 0;
  Bytes body;  // behind the header, as much as is there

  bool first() const { return (flags & 1) != 0; }
  bool last() const { return (flags & 2) != 0; }
};

// nullopt: the bytes are no header of the kind (or fewer than sixteen).
std::optional<Pdu> read_pdu(Bytes bytes);

// Numbers in the byte order a fragment says.
class OrderedReader {
 public:
  OrderedReader(Bytes bytes, bool little) : reader_(bytes), little_(little) {}
  uint8_t u8() { return reader_.u8(); }
  uint16_t u16() { return little_ ? reader_.u16_le() : reader_.u16(); }
  uint32_t u32() { return little_ ? reader_.u32_le() : reader_.u32(); }
  Bytes take(size_t count) { return reader_.take(count); }
  void skip(size_t count) { reader_.skip(count); }
  void align4() {
    if (reader_.offset() % 4 != 0) reader_.skip(4 - reader_.offset() % 4);
  }
  bool failed() const { return reader_.failed(); }
  Bytes rest() { return reader_.take(reader_.remaining()); }

 private:
  ByteReader reader_;
  bool little_;
};

using Uuid = std::array<uint8_t, 16>;  // in the order it is written as text
Uuid read_uuid(OrderedReader& reader, bool little);
std::string uuid_text(const Uuid& uuid);

}  // namespace picket::inspect::dcerpc
