// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/byte_reader.h"
#include "base/json_writer.h"

// One Modbus message (Modbus Application Protocol 1.1b3). Pure.
namespace picket::inspect::modbus {

constexpr size_t kHeaderBytes = 7;   // up to the unit
constexpr size_t kLengthMax = 254;   // of unit, function and data
constexpr size_t kValuesMax = 2000;  // written by one message

enum Category : unsigned { kAssigned = 1, kUnassigned = 2, kUser = 4, kReserved = 8 };
enum Access : unsigned {
  kRead = 1,
  kWrite = 2,
  kDiscretes = 4,
  kCoils = 8,
  kInput = 16,
  kHolding = 32,
  kSingle = 64,
  kMultiple = 128,
};

struct Span {
  uint16_t address = 0, quantity = 0;
};

struct Message {
  uint16_t transaction = 0, protocol = 0;
  uint8_t unit = 0, function = 0;  // without the bit of exceptions
  bool exception = false, whole = true;
  uint8_t exception_code = 0;
  unsigned category = 0, access = 0;
  std::optional<uint16_t> subfunction;  // of diagnostics, of MEI its type
  std::optional<Span> read, written;
  std::vector<uint16_t> values;  // written, in order of address
  std::string data;              // what follows the function
};

// `bytes`: one message, header included.
Message read_message(Bytes bytes, bool answer);
void append_message(JsonWriter& out, const Message& message, bool answer);

}  // namespace picket::inspect::modbus
