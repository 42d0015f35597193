// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/mqtt/message.h"

#include <algorithm>

#include "inspect/proto/mqtt/weird.h"

namespace picket::inspect::mqtt {
namespace {

constexpr uint8_t kVersion5 = 5;
enum ConnectFlag : uint8_t { kWill = 0x04, kPassword = 0x40, kUsername = 0x80 };

enum class Form : uint8_t { kByte, kShort, kLong, kVariable, kText, kPair };
struct PropertyKind {
  uint8_t id;
  Form form;
  std::string_view name;
};
constexpr PropertyKind kKinds[] = {
    {1, Form::kByte, "payload_format_indicator"},
    {2, Form::kLong, "message_expiry_interval"},
    {3, Form::kText, "content_type"},
    {8, Form::kText, "response_topic"},
    {9, Form::kText, "correlation_data"},
    {11, Form::kVariable, "subscription_identifier"},
    {17, Form::kLong, "session_expiry_interval"},
    {18, Form::kText, "assigned_client_identifier"},
    {19, Form::kShort, "server_keep_alive"},
    {21, Form::kText, "authentication_method"},
    {22, Form::kText, "authentication_data"},
    {23, Form::kByte, "request_problem_information"},
    {24, Form::kLong, "will_delay_interval"},
    {25, Form::kByte, "request_response_information"},
    {26, Form::kText, "response_information"},
    {28, Form::kText, "server_reference"},
    {31, Form::kText, "reason_string"},
    {33, Form::kShort, "receive_maximum"},
    {34, Form::kShort, "topic_alias_maximum"},
    {35, Form::kShort, "topic_alias"},
    {36, Form::kByte, "maximum_qos"},
    {37, Form::kByte, "retain_available"},
    {38, Form::kPair, "user_property"},
    {39, Form::kLong, "maximum_packet_size"},
    {40, Form::kByte, "wildcard_subscription_available"},
    {41, Form::kByte, "subscription_identifier_available"},
    {42, Form::kByte, "shared_subscription_available"},
};

std::optional<size_t> variable(ByteReader& reader) {
  size_t value = 0;
  for (unsigned i = 0; i < 4; ++i) {
    const uint8_t byte = reader.u8();
    if (reader.failed()) return std::nullopt;
    value |= static_cast<size_t>(byte & 0x7f) << 7 * i;
    if ((byte & 0x80) == 0) return value;
  }
  return std::nullopt;
}

std::string text(ByteReader& reader) { return std::string(as_text(reader.take(reader.u16()))); }

bool read_property(ByteReader& reader, std::vector<Property>& out) {
  const uint8_t id = reader.u8();
  for (const PropertyKind& kind : kKinds) {
    if (kind.id != id) continue;
    Property property{kind.name, uint64_t{0}};
    switch (kind.form) {
      case Form::kByte: property.value = uint64_t{reader.u8()}; break;
      case Form::kShort: property.value = uint64_t{reader.u16()}; break;
      case Form::kLong: property.value = uint64_t{reader.u32()}; break;
      case Form::kVariable: {
        const auto value = variable(reader);
        if (!value) return false;
        property.value = uint64_t{*value};
        break;
      }
      case Form::kText: property.value = text(reader); break;
      case Form::kPair: {
        const std::string name = text(reader);
        property.value = name + "=" + text(reader);
        break;
      }
    }
    if (!reader.failed() && out.size() < kPropertiesMax) out.push_back(std::move(property));
    return !reader.failed();
  }
  return false;
}

bool read_properties(ByteReader& reader, uint8_t version, std::vector<Property>& out) {
  if (version != kVersion5) return true;
  const auto length = variable(reader);
  if (!length || *length > reader.remaining()) return false;
  ByteReader inside(reader.take(*length));
  while (inside.remaining() > 0)
    if (!read_property(inside, out)) return false;
  return true;
}

bool read_connect(ByteReader& reader, Message& message) {
  message.protocol = text(reader);
  message.version = reader.u8();
  message.connect_flags = reader.u8();
  reader.skip(2);  // keep alive
  if (reader.failed() || !read_properties(reader, message.version, message.properties))
    return false;
  message.client_id = text(reader);
  if ((message.connect_flags & kWill) != 0) {
    if (!read_properties(reader, message.version, message.will_properties)) return false;
    message.will_topic = text(reader);
    message.will_message = text(reader);
  }
  if ((message.connect_flags & kUsername) != 0) message.username = text(reader);
  if ((message.connect_flags & kPassword) != 0) message.password = text(reader);
  return !reader.failed();
}

bool read_topics(ByteReader& reader, uint8_t version, Message& message) {
  message.message_id = reader.u16();
  if (!read_properties(reader, version, message.properties)) return false;
  while (reader.remaining() > 0 && !reader.failed()) {
    std::string topic = text(reader);
    const uint8_t qos = message.type == kSubscribe ? reader.u8() & 3 : 0;
    if (reader.failed()) return false;
    if (message.topics.size() < kTopicsMax)
      message.topics.emplace_back(std::move(topic), qos);
    else
      counter_of(Weird::kTooManyTopics).add();
  }
  return !reader.failed();
}

// PUBACK and its kin, DISCONNECT and AUTH: what follows is left out when there is nothing to say.
bool read_reason(ByteReader& reader, uint8_t version, Message& message) {
  if (version != kVersion5) return true;
  const bool always = message.type == kDisconnect || message.type == kAuth;
  // A DISCONNECT without the length of its properties counts as one without a reason, as rules and
  // EVE have it.
  if (reader.remaining() < (message.type == kDisconnect ? 2u : 1u)) {
    if (always) message.reason_code = uint8_t{0};
    return true;
  }
  message.reason_code = reader.u8();
  return reader.remaining() == 0 || read_properties(reader, version, message.properties);
}

}  // namespace

std::optional<FixedHeader> read_fixed_header(Bytes bytes, bool& bad) {
  bad = false;
  FixedHeader out;
  ByteReader reader(bytes);
  out.first = reader.u8();
  const auto length = variable(reader);
  if (!length) {
    bad = bytes.size() >= 5;
    return std::nullopt;
  }
  out.length = *length;
  out.bytes = reader.offset();
  return out;
}

Message from_header(const FixedHeader& header) {
  Message out;
  out.type = header.first >> 4;
  out.flags = header.first & 0xf;
  out.duplicate = (header.first & 8) != 0;
  out.qos = header.first >> 1 & 3;
  out.retain = (header.first & 1) != 0;
  return out;
}

bool read_message(Bytes content, uint8_t version, Message& message) {
  ByteReader reader(content);
  switch (message.type) {
    case kConnect: return read_connect(reader, message);
    case kConnAck:
      message.session_present = (reader.u8() & 1) != 0;
      message.reason_code = reader.u8();
      return !reader.failed() &&
             (reader.remaining() == 0 || read_properties(reader, version, message.properties));
    case kPublish:
      message.topic = text(reader);
      if (message.qos > 0) message.message_id = reader.u16();
      if (reader.failed() || !read_properties(reader, version, message.properties)) return false;
      message.payload = as_text(reader.take(reader.remaining()));
      return true;
    case kPubAck:
    case kPubRec:
    case kPubRel:
    case kPubComp:
      message.message_id = reader.u16();
      return !reader.failed() && read_reason(reader, version, message);
    case kSubscribe:
    case kUnsubscribe: return read_topics(reader, version, message);
    case kSubAck:
    case kUnsubAck: {
      message.message_id = reader.u16();
      if (reader.failed() || !read_properties(reader, version, message.properties)) return false;
      const Bytes codes = reader.take(std::min(reader.remaining(), kTopicsMax));
      message.codes.assign(codes.begin(), codes.end());
      return true;
    }
    case kDisconnect:
    case kAuth: return read_reason(reader, version, message);
    default: return true;
  }
}

}  // namespace picket::inspect::mqtt
