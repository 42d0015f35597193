// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/byte_reader.h"
#include "base/json_writer.h"

// Control packets of MQTT 3.1, 3.1.1 and 5 (OASIS): reading and showing. Pure.
namespace picket::inspect::mqtt {

constexpr size_t kTopicsMax = 256;     // of one SUBSCRIBE or UNSUBSCRIBE
constexpr size_t kPropertiesMax = 64;  // of one message

enum Type : uint8_t {
  kConnect = 1,
  kConnAck,
  kPublish,
  kPubAck,
  kPubRec,
  kPubRel,
  kPubComp,
  kSubscribe,
  kSubAck,
  kUnsubscribe,
  kUnsubAck,
  kPingRequest,
  kPingResponse,
  kDisconnect,
  kAuth,
};

struct Property {
  std::string_view name;  // static
  std::variant<uint64_t, std::string> value;
};

struct Message {
  uint8_t type = 0;
  bool duplicate = false, retain = false;
  uint8_t qos = 0;
  uint8_t flags = 0;  // the four bits of the header

  // CONNECT
  std::string protocol, client_id, username, password, will_topic, will_message;
  uint8_t version = 0, connect_flags = 0;
  std::vector<Property> properties, will_properties;
  // CONNACK
  bool session_present = false;
  // PUBLISH; SUBSCRIBE and UNSUBSCRIBE
  std::string topic, payload;
  std::vector<std::pair<std::string, uint8_t>> topics;
  std::optional<uint16_t> message_id;
  std::optional<uint8_t> reason_code;
  std::vector<uint8_t> codes;  // SUBACK, UNSUBACK
  bool cut = false;            // too long to be read
  uint64_t skipped = 0;
};

struct FixedHeader {
  uint8_t first = 0;
  size_t length = 0;  // of what follows the header
  size_t bytes = 0;   // of the header
};
// nullopt with `bad` false: more bytes are needed.
std::optional<FixedHeader> read_fixed_header(Bytes bytes, bool& bad);

// The flags and type of the header, without content.
Message from_header(const FixedHeader& header);
// Reads what follows the fixed header. False: it does not hold what it says.
bool read_message(Bytes content, uint8_t version, Message& message);

// "connect": {...} as EVE shows it.
void append_message(JsonWriter& out, const Message& message, uint8_t version);

}  // namespace picket::inspect::mqtt
