// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>

#include "inspect/app/transaction.h"
#include "inspect/proto/dns/shown_message.h"

namespace picket::inspect::dns {

// What sets the protocols for names on the local link apart from DNS, and from each other. Static.
struct LocalKind {
  struct Flag {
    uint16_t bit;
    std::string_view name;
  };
  AppProtocol protocol;
  BufferId queries, answers, authorities, additionals, response;
  std::span<const Flag> flags;
  bool every_type;  // EVE shows type, TTL and data of every record (LLMNR), or PTR and TXT only
  bool opcode_must_be_0;  // app-layer-event invalid_opcode
  bool shows_rcode;
};

// One mDNS (RFC 6762) or LLMNR (RFC 4795) message.
class LocalTransaction : public Transaction {
 public:
  LocalTransaction(const LocalKind& kind, uint64_t id, Direction direction, ShownMessage&& message);
  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;
  std::optional<Direction> eve_direction() const override { return direction_; }

 private:
  std::optional<Bytes> owner(Section section, size_t index) const;
  void append_record(JsonWriter& out, std::span<const ShownRecord> same) const;
  void append_records(JsonWriter& out, Section section, std::string_view member) const;
  void append_value(JsonWriter& out, const ShownRecord& record) const;

  const LocalKind& kind_;
  Direction direction_;
  ShownMessage message_;
};

}  // namespace picket::inspect::dns
