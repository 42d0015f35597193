// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dns/dns_transaction.h"

#include "inspect/proto/dns/dns_eve.h"

namespace picket::inspect::dns {
namespace {

std::optional<Bytes> owner_at(const ShownMessage& message, Section section, size_t index) {
  const auto records = message.records(section);
  if (index >= records.size()) return std::nullopt;
  return message.bytes_of(records[index].owner.text);
}

std::optional<Bytes> query_at(const ShownMessage& message, size_t index) {
  if (index >= message.queries().size()) return std::nullopt;
  return message.bytes_of(message.queries()[index].name.text);
}

bool belongs(const ShownMessage& message, Direction direction) {
  return message.header().response == (direction == Direction::kToClient);
}

}  // namespace

std::optional<Bytes> message_buffer(const ShownMessage& message, BufferId id, Direction direction,
                                    size_t index) {
  if (!belongs(message, direction)) return std::nullopt;
  switch (id) {
    case BufferId::k_dns_query:
      return direction == Direction::kToServer ? query_at(message, index) : std::nullopt;
    case BufferId::k_dns_queries_rrname:
    case BufferId::k_dns_query_name: return query_at(message, index);
    case BufferId::k_dns_answers_rrname:
    case BufferId::k_dns_answer_name: return owner_at(message, Section::kAnswer, index);
    case BufferId::k_dns_authorities_rrname: return owner_at(message, Section::kAuthority, index);
    case BufferId::k_dns_additionals_rrname: return owner_at(message, Section::kAdditional, index);
    case BufferId::k_dns_response_rrname:
      return direction == Direction::kToClient ? message.any_name(index) : std::nullopt;
    default: return std::nullopt;
  }
}

std::optional<int64_t> message_field(const ShownMessage& message, FieldId id, Direction direction,
                                     size_t index) {
  if (!belongs(message, direction)) return std::nullopt;
  if (id == FieldId::k_dns_rrtype) {
    if (direction == Direction::kToServer) {
      if (index >= message.queries().size()) return std::nullopt;
      return message.queries()[index].type;
    }
    const auto answers = message.records(Section::kAnswer);
    if (index >= answers.size()) return std::nullopt;
    return answers[index].type;
  }
  if (index > 0) return std::nullopt;
  if (id == FieldId::k_dns_opcode) return message.header().opcode;
  if (id == FieldId::k_dns_rcode) return message.header().rcode;
  return std::nullopt;
}

DnsTransaction::DnsTransaction(uint64_t tx_id, Direction direction, ShownMessage&& message)
    : Transaction(AppProtocol::kDns, tx_id), direction_(direction), message_(std::move(message)) {
  add_fault_events(*this, message_, direction);
  set_progress(Direction::kToServer, kDone);
  set_progress(Direction::kToClient, kDone);
  inspected[index(opposite(direction))] = true;
}

std::optional<Bytes> DnsTransaction::buffer(BufferId buffer_id, Direction direction, size_t index) {
  return message_buffer(message_, buffer_id, direction, index);
}

std::optional<int64_t> DnsTransaction::field(FieldId field_id, Direction direction, size_t index) {
  return message_field(message_, field_id, direction, index);
}

void DnsTransaction::append_eve(JsonWriter& out) const {
  out.begin_object();
  append_eve_members(out, message_, id);
  out.end_object();
}

void add_fault_events(Transaction& transaction, const ShownMessage& message, Direction direction) {
  const ShownFaults& faults = message.faults();
  if (message.header().reserved_bit()) transaction.add_event("z_flag_set", direction);
  if (faults.name_too_long) transaction.add_event("name_too_long", direction);
  if (faults.infinite_loop) transaction.add_event("infinite_loop", direction);
  if (faults.too_many_labels) transaction.add_event("too_many_labels", direction);
  if (faults.malformed) transaction.add_event("malformed_data", direction);
}

}  // namespace picket::inspect::dns
