// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "base/byte_reader.h"
#include "base/json_writer.h"

// Messages of the Common Industrial Protocol (CIP volume 1), as EtherNet/IP carries them. Pure.
namespace picket::inspect::enip {

constexpr size_t kSegmentsMax = 16;      // of a path
constexpr size_t kCipMessagesMax = 256;  // in one multiple service packet

struct CipSegment {
  enum class Kind : uint8_t { kClass, kInstance, kAttribute, kOther } kind = Kind::kOther;
  uint32_t value = 0;
};

struct CipMessage {
  uint8_t service = 0;  // without the bit of answers
  bool answer = false;
  std::vector<CipSegment> path;
  uint8_t status = 0;
  std::vector<uint16_t> extended;  // status words

  std::optional<uint32_t> segment(CipSegment::Kind kind) const;
};

struct CipMessages {
  std::vector<CipMessage>
      all;            // the message, then those in it when it is a multiple service packet
  bool whole = true;  // false: it does not hold what it says
  bool too_many = false;
};

CipMessages read_cip(Bytes bytes);
// EVE's object.
void append_cip(JsonWriter& out, const CipMessages& messages);

}  // namespace picket::inspect::enip
