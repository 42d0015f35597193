// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "inspect/app/app_parser.h"
#include "inspect/proto/enip/message.h"

namespace picket::inspect::enip {

constexpr size_t kWaitingMax = 512;  // requests without answer; then the oldest is ended

// A request with its answer, or one of them alone.
class EnipTransaction final : public Transaction {
 public:
  explicit EnipTransaction(uint64_t number) : Transaction(AppProtocol::kEnip, number) {}
  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  std::optional<int64_t> field(FieldId id, Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;

  std::optional<Message> request, answer;

 private:
  std::optional<int64_t> answer_field(FieldId id) const;
};

// EtherNet/IP over TCP, or in datagrams: messages by their length. Answers are found by session and
// context.
class EnipParser final : public AppParser {
 public:
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  void on_end(FlowContext&) override { complete_all(); }

 private:
  void take(Direction direction, Message message, FlowContext& flow);
  EnipTransaction* asked(const Header& header);
};

}  // namespace picket::inspect::enip
