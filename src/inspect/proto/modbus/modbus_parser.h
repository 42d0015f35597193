// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "inspect/app/app_parser.h"
#include "inspect/proto/modbus/message.h"

namespace picket::inspect::modbus {

constexpr size_t kWaitingMax = 512;  // requests without answer; then the oldest is ended

// A request with its answer, or one of them alone.
class ModbusTransaction final : public Transaction {
 public:
  explicit ModbusTransaction(uint64_t number) : Transaction(AppProtocol::kModbus, number) {}
  std::optional<Bytes> buffer(BufferId, Direction, size_t) override { return std::nullopt; }
  std::optional<int64_t> field(FieldId id, Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;

  std::optional<Message> request, answer;
};

// Modbus over TCP: messages by their length; answers are found by transaction and unit.
class ModbusParser final : public AppParser {
 public:
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  void on_end(FlowContext&) override { complete_all(); }

 private:
  void take(Direction direction, Message message, FlowContext& flow);
};

}  // namespace picket::inspect::modbus
