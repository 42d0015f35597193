// SPDX-License-Identifier: Apache-2.0
#include "inspect/app/eve_text.h"
#include "inspect/proto/mqtt/message.h"

namespace picket::inspect::mqtt {
namespace {

constexpr std::string_view kNames[] = {"unassigned", "connect",  "connack",     "publish",
                                       "puback",     "pubrec",   "pubrel",      "pubcomp",
                                       "subscribe",  "suback",   "unsubscribe", "unsuback",
                                       "pingreq",    "pingresp", "disconnect",  "auth"};

void append_properties(JsonWriter& out, const std::vector<Property>& properties) {
  if (properties.empty()) return;
  out.key("properties").begin_object();
  for (size_t i = 0; i < properties.size(); ++i) {
    const Property& property = properties[i];
    bool again = false;  // a name stands once: of user properties the first
    for (size_t k = 0; k < i; ++k) again = again || properties[k].name == property.name;
    if (again) continue;
    if (const auto* number = std::get_if<uint64_t>(&property.value))
      out.member(property.name, *number);
    else
      out.member(property.name, eve_text(std::get<std::string>(property.value)));
  }
  out.end_object();
}

void append_connect(JsonWriter& out, const Message& message) {
  out.member("protocol_string", eve_text(message.protocol))
      .member("protocol_version", message.version);
  const struct {
    const char* name;
    uint8_t bit;
  } flags[] = {{"username", 0x80},
               {"password", 0x40},
               {"will", 0x04},
               {"will_retain", 0x20},
               {"clean_session", 0x02}};
  out.key("flags").begin_object();
  for (const auto& [name, bit] : flags) out.member(name, (message.connect_flags & bit) != 0);
  out.end_object();
  out.member("client_id", eve_text(message.client_id));
  if ((message.connect_flags & 0x80) != 0) out.member("username", eve_text(message.username));
  if ((message.connect_flags & 0x40) != 0) out.member("password", eve_text(message.password));
  if ((message.connect_flags & 0x04) == 0) return;
  out.key("will").begin_object();
  out.member("topic", eve_text(message.will_topic))
      .member("message", eve_text(message.will_message));
  append_properties(out, message.will_properties);
  out.end_object();
}

void append_lists(JsonWriter& out, const Message& message) {
  if (message.type == kSubscribe || message.type == kUnsubscribe) {
    out.key("topics").begin_array();
    for (const auto& [topic, qos] : message.topics) {
      if (message.type == kUnsubscribe) {
        out.value(eve_text(topic));
        continue;
      }
      out.begin_object().member("topic", eve_text(topic)).member("qos", qos).end_object();
    }
    out.end_array();
  }
  if (message.type == kSubAck || (message.type == kUnsubAck && !message.codes.empty())) {
    out.key(message.type == kSubAck ? "qos_granted" : "reason_codes").begin_array();
    for (const uint8_t code : message.codes) out.value(code);
    out.end_array();
  }
}

}  // namespace

void append_message(JsonWriter& out, const Message& message, uint8_t) {
  out.key(kNames[message.type & 15]).begin_object();
  out.member("qos", message.qos).member("retain", message.retain).member("dup", message.duplicate);
  if (message.cut) {
    out.member("truncated", true).member("skipped_length", message.skipped);
    out.end_object();
    return;
  }
  if (message.type == kConnect) append_connect(out, message);
  if (message.type == kConnAck)
    out.member("session_present", message.session_present)
        .member("return_code", message.reason_code.value_or(0));
  if (message.type == kPublish)
    out.member("topic", eve_text(message.topic)).member("message", eve_text(message.payload));
  if (message.message_id) out.member("message_id", *message.message_id);
  if (message.reason_code && message.type != kConnAck)
    out.member("reason_code", *message.reason_code);
  append_lists(out, message);
  append_properties(out, message.properties);
  out.end_object();
}

}  // namespace picket::inspect::mqtt
