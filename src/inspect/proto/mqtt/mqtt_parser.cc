// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/mqtt/mqtt_parser.h"

#include "inspect/proto/mqtt/weird.h"

namespace picket::inspect::mqtt {
namespace {

const Message* of_type(const std::vector<Message>& messages, uint8_t type) {
  for (const Message& message : messages)
    if (message.type == type) return &message;
  return nullptr;
}

std::optional<Bytes> first_only(size_t at, const Message* message,
                                const std::string Message::*text) {
  if (at > 0 || message == nullptr || (message->*text).empty()) return std::nullopt;
  return as_bytes(message->*text);
}

std::optional<Bytes> topic_at(size_t at, const Message* message) {
  if (message == nullptr || at >= message->topics.size()) return std::nullopt;
  return as_bytes(message->topics[at].first);
}

}  // namespace

MqttTransaction::MqttTransaction(uint64_t tx_id, Direction first_way, uint8_t of_version)
    : Transaction(AppProtocol::kMqtt, tx_id), way(first_way), version(of_version) {
  set_progress(way, 1);
}

std::optional<Bytes> MqttTransaction::buffer(BufferId buffer_id, Direction direction, size_t at) {
  if (direction != way) return std::nullopt;
  const Message* connect = of_type(messages, kConnect);
  const Message* publish = of_type(messages, kPublish);
  switch (buffer_id) {
    case BufferId::k_mqtt_connect_clientid: return first_only(at, connect, &Message::client_id);
    case BufferId::k_mqtt_connect_password: return first_only(at, connect, &Message::password);
    case BufferId::k_mqtt_connect_protocol_string:
      return first_only(at, connect, &Message::protocol);
    case BufferId::k_mqtt_connect_username: return first_only(at, connect, &Message::username);
    case BufferId::k_mqtt_connect_willmessage:
      return first_only(at, connect, &Message::will_message);
    case BufferId::k_mqtt_connect_willtopic: return first_only(at, connect, &Message::will_topic);
    case BufferId::k_mqtt_publish_message: return first_only(at, publish, &Message::payload);
    case BufferId::k_mqtt_publish_topic: return first_only(at, publish, &Message::topic);
    case BufferId::k_mqtt_subscribe_topic: return topic_at(at, of_type(messages, kSubscribe));
    case BufferId::k_mqtt_unsubscribe_topic: return topic_at(at, of_type(messages, kUnsubscribe));
    default: return std::nullopt;
  }
}

std::optional<int64_t> MqttTransaction::field(FieldId field_id, Direction direction, size_t at) {
  if (direction != way) return std::nullopt;
  if (field_id == FieldId::k_mqtt_protocol_version)
    return at == 0 ? std::optional<int64_t>(version) : std::nullopt;
  if (field_id == FieldId::k_mqtt_connect_flags ||
      field_id == FieldId::k_mqtt_connack_session_present) {
    const bool flags = field_id == FieldId::k_mqtt_connect_flags;
    const Message* message = of_type(messages, flags ? kConnect : kConnAck);
    if (message == nullptr || at > 0) return std::nullopt;
    return flags ? message->connect_flags : message->session_present ? 1 : 0;
  }
  if (field_id == FieldId::k_mqtt_reason_code) {
    for (const Message& message : messages) {
      if (message.reason_code && at-- == 0) return *message.reason_code;
      for (const uint8_t code : message.codes)
        if (at-- == 0) return code;
    }
    return std::nullopt;
  }
  if (at >= messages.size()) return std::nullopt;
  if (field_id == FieldId::k_mqtt_type) return messages[at].type;
  if (field_id == FieldId::k_mqtt_flags) return messages[at].flags;
  if (field_id == FieldId::k_mqtt_qos) return messages[at].qos;
  return std::nullopt;
}

void MqttTransaction::append_eve(JsonWriter& out) const {
  out.begin_object();
  for (size_t i = 0; i < messages.size(); ++i) {
    bool again = false;  // a type stands once: retransmissions say the same
    for (size_t k = 0; k < i; ++k) again = again || messages[k].type == messages[i].type;
    if (!again) append_message(out, messages[i], version);
  }
  out.end_object();
}

ParseResult MqttParser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  Bytes rest = bytes;
  size_t& skip = skip_[index(direction)];
  while (!rest.empty()) {
    if (skip > 0) {
      const size_t taken = std::min(skip, rest.size());
      rest = rest.subspan(taken);
      skip -= taken;
      continue;
    }
    bool bad = false;
    const auto header = read_fixed_header(rest, bad);
    if (bad) {
      malformed(direction, flow);
      return {bytes.size(), ParseStatus::kFailed};
    }
    if (!header) break;
    Message read = from_header(*header);
    if (header->length > kMessageMax) {
      counter_of(Weird::kMessageTooLong).add();
      read.cut = true;
      read.skipped = header->length;
      skip = header->bytes + header->length;
      message(direction, std::move(read), flow);
      continue;
    }
    const size_t total = header->bytes + header->length;
    if (rest.size() < total) return {bytes.size() - rest.size(), ParseStatus::kOk, total};
    if (!read_message(rest.subspan(header->bytes, header->length), version_, read)) {
      malformed(direction, flow);
      return {bytes.size(), ParseStatus::kFailed};
    }
    rest = rest.subspan(total);
    message(direction, std::move(read), flow);
  }
  return {bytes.size() - rest.size()};
}

void MqttParser::malformed(Direction direction, FlowContext& flow) {
  counter_of(Weird::kMalformed).add();
  auto& transaction = open_transaction<MqttTransaction>(flow, direction, version_);
  transaction.add_event("malformed_traffic", direction);
  transaction.complete();
}

MqttTransaction& MqttParser::open(Direction direction, Message&& message, FlowContext& flow) {
  auto& transaction = open_transaction<MqttTransaction>(flow, direction, version_);
  if (message.qos == 3) transaction.add_event("invalid_qos_level", direction);
  transaction.messages.push_back(std::move(message));
  return transaction;
}

// The exchange that began with a message of that type and waits for more.
MqttTransaction* MqttParser::find(uint8_t first_type, std::optional<uint16_t> message_id) {
  for (const auto& live : transactions_) {
    auto& transaction = static_cast<MqttTransaction&>(*live);
    if (transaction.done() || transaction.messages.empty()) continue;
    const Message& first = transaction.messages.front();
    if (first.type == first_type && (!message_id || first.message_id == message_id))
      return &transaction;
  }
  return nullptr;
}

void MqttParser::message(Direction direction, Message&& message, FlowContext& flow) {
  const uint8_t type = message.type;
  const bool introduces = type == kConnect || type == kConnAck || type == kAuth;
  const bool early = !connected_ && !introduces;
  if (type == kConnect && !message.cut) version_ = message.version;
  switch (type) {
    case kConnAck:
    case kPubAck:
    case kPubRec:
    case kPubRel:
    case kPubComp:
    case kSubAck:
    case kUnsubAck:
    case kPingResponse: return answer(direction, std::move(message), flow);
    default: break;
  }
  const bool waits = type == kConnect || type == kSubscribe || type == kUnsubscribe ||
                     type == kPingRequest || (type == kPublish && message.qos > 0);
  const bool unidentified =
      (type == kSubscribe || type == kUnsubscribe) && !message.message_id && !message.cut;
  MqttTransaction& transaction = open(direction, std::move(message), flow);
  if (type == 0) transaction.add_event("unassigned_msg_type", direction);
  if (unidentified) transaction.add_event("missing_msg_id", direction);
  if (type == kConnect && connect_seen_) transaction.add_event("double_connect", direction);
  if (type == kConnect) connect_seen_ = true;
  if (early) transaction.add_event("unintroduced_message", direction);
  if (!waits || transaction.messages.front().qos == 3) transaction.complete();
}

void MqttParser::answer(Direction direction, Message&& message, FlowContext& flow) {
  const uint8_t type = message.type;
  const uint8_t asked = type == kConnAck        ? kConnect
                        : type == kSubAck       ? kSubscribe
                        : type == kUnsubAck     ? kUnsubscribe
                        : type == kPingResponse ? kPingRequest
                                                : kPublish;
  MqttTransaction* transaction = find(asked, message.message_id);
  if (transaction == nullptr) {
    MqttTransaction& lone = open(direction, std::move(message), flow);
    if (!connected_ && type != kConnAck) lone.add_event("unintroduced_message", direction);
    if (asked != kPingRequest)
      lone.add_event(asked == kConnect       ? "missing_connect"
                     : asked == kSubscribe   ? "missing_subscribe"
                     : asked == kUnsubscribe ? "missing_unsubscribe"
                                             : "missing_publish",
                     direction);
    lone.complete();
  } else if (transaction->messages.size() < kMessagesMax) {
    if (message.qos == 3) transaction->add_event("invalid_qos_level", direction);
    transaction->messages.push_back(std::move(message));
  } else {
    counter_of(Weird::kTooManyMessages).add();
  }
  if (type == kConnAck) connected_ = true;
  if (transaction != nullptr && type != kPubRec && type != kPubRel) transaction->complete();
}

void MqttParser::on_end(FlowContext&) { complete_all(); }

}  // namespace picket::inspect::mqtt
