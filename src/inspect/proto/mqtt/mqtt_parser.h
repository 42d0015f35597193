// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "inspect/app/app_parser.h"
#include "inspect/proto/mqtt/message.h"

namespace picket::inspect::mqtt {

constexpr size_t kMessageMax = 768 << 10;  // longer ones are passed over
constexpr size_t kMessagesMax = 16;        // of one exchange

// An exchange: what one side asks and how it is answered (CONNECT with CONNACK, PUBLISH up to
// PUBCOMP,
// ...), or a message that needs no answer. Rules look at it in the direction of its first message.
class MqttTransaction : public Transaction {
 public:
  MqttTransaction(uint64_t tx_id, Direction way, uint8_t version);
  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  std::optional<int64_t> field(FieldId id, Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;

  const Direction way;
  uint8_t version;
  std::vector<Message> messages;
};

// MQTT 3.1, 3.1.1 and 5 over TCP. A message waits in the window until it is whole.
class MqttParser : public AppParser {
 public:
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  void on_end(FlowContext& flow) override;

 private:
  void message(Direction direction, Message&& message, FlowContext& flow);
  void answer(Direction direction, Message&& message, FlowContext& flow);
  MqttTransaction& open(Direction direction, Message&& message, FlowContext& flow);
  MqttTransaction* find(uint8_t first_type, std::optional<uint16_t> message_id);
  void malformed(Direction direction, FlowContext& flow);

  uint8_t version_ = 4;
  bool connect_seen_ = false, connected_ = false;
  size_t skip_[2] = {0, 0};
};

}  // namespace picket::inspect::mqtt
