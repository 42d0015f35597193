// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/byte_reader.h"
#include "base/json_writer.h"
#include "inspect/proto/enip/cip.h"

// One message of EtherNet/IP: its encapsulation header (CIP volume 2, 2-3) and what it carries.
namespace picket::inspect::enip {

constexpr size_t kHeaderBytes = 24;
constexpr size_t kItemsMax = 16;  // of one message

enum Command : uint16_t {
  kNop = 0x00,
  kListServices = 0x04,
  kListIdentity = 0x63,
  kListInterfaces = 0x64,
  kRegisterSession = 0x65,
  kUnregisterSession = 0x66,
  kSendRrData = 0x6f,
  kSendUnitData = 0x70,
  kIndicateStatus = 0x72,
  kCancel = 0x73,
};

struct Header {
  uint16_t command = 0, length = 0;
  uint32_t session = 0, status = 0;
  uint64_t context = 0;
};
// nullopt: too few bytes, or no command that there is.
std::optional<Header> read_header(Bytes bytes);

struct Message {
  Header header;
  struct Session {
    uint16_t protocol_version = 0, options = 0;
  };
  std::optional<Session> session;
  struct Services {
    uint16_t protocol_version = 0, capabilities = 0;
    std::string name;
  };
  std::optional<Services> services;
  struct Identity {
    uint16_t protocol_version = 0, vendor = 0, device_type = 0, product_code = 0;
    uint8_t major = 0, minor = 0, state = 0;
    uint16_t status = 0;
    uint32_t serial = 0;
    std::string product_name;
  };
  std::optional<Identity> identity;
  CipMessages cip;  // empty: none
  bool whole = true, too_many = false;
};

// `bytes`: header and all that its length says. `answer`: from the server.
Message read_message(const Header& header, Bytes bytes, bool answer);
// EVE's object.
void append_message(JsonWriter& out, const Message& message, bool answer);

}  // namespace picket::inspect::enip
