// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/byte_reader.h"

// One IKE message (RFC 2408 3, RFC 7296 3). Pure.
namespace picket::inspect::ike {

constexpr size_t kHeaderBytes = 28;
constexpr size_t kPayloadsMax = 64;     // of one message
constexpr size_t kAttributesMax = 256;  // of all transforms of one message

struct Header {
  std::string initiator, responder;  // SPIs, eight bytes each
  uint8_t next = 0, major = 0, minor = 0, exchange = 0, flags = 0;
  uint32_t message_id = 0, length = 0;

  bool encrypted() const { return major == 1 && (flags & 1) != 0; }
  bool from_initiator() const { return (flags & 8) != 0; }  // version 2
};
std::optional<Header> read_header(Bytes bytes);
// Over port 4500 four zeros come before a message (RFC 3948 2.2).
Bytes without_marker(Bytes bytes);

// Of version 1 an attribute, of version 2 a transform.
struct Attribute {
  uint16_t type = 0;
  uint64_t value = 0;
};

struct Message {
  Header header;
  std::vector<uint8_t> payloads;  // types in the order of their announcement, the last one 0
  std::string key_exchange, nonce;
  std::vector<std::string> vendors;
  std::vector<Attribute> attributes;
  std::vector<uint16_t> notifications;  // version 2
  std::optional<uint32_t> doi;          // version 1
  bool has_proposal = false;
  bool whole = true, too_many_payloads = false, too_many_attributes = false;
};
Message read_message(const Header& header, Bytes bytes);

}  // namespace picket::inspect::ike
