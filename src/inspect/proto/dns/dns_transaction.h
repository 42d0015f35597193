// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/transaction.h"
#include "inspect/proto/dns/shown_message.h"

namespace picket::inspect::dns {

// What the buffers.def of DNS offers, of any message: DNS over HTTP/2 answers with these too.
std::optional<Bytes> message_buffer(const ShownMessage& message, BufferId id, Direction direction,
                                    size_t index);
std::optional<int64_t> message_field(const ShownMessage& message, FieldId id, Direction direction,
                                     size_t index);
// The members of EVE's dns object, version 3, from "version" on.
void append_eve_members(JsonWriter& out, const ShownMessage& message, uint64_t tx_id);

// One DNS message. A request is all of the direction to the server, a response of the other: the
// two are transactions of their own, as EVE counts them.
class DnsTransaction : public Transaction {
 public:
  DnsTransaction(uint64_t id, Direction direction, ShownMessage&& message);
  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  std::optional<int64_t> field(FieldId id, Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;
  std::optional<Direction> eve_direction() const override { return direction_; }
  const ShownMessage& message() const { return message_; }

 private:
  Direction direction_;
  ShownMessage message_;
};

// What was wrong with a message, as app-layer-events of `transaction`.
void add_fault_events(Transaction& transaction, const ShownMessage& message, Direction direction);

}  // namespace picket::inspect::dns
