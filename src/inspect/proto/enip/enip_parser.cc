// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/enip/enip_parser.h"

#include "inspect/proto/enip/weird.h"

namespace picket::inspect::enip {
namespace {

std::optional<int64_t> cip_field(const CipMessages& cip, FieldId which, size_t at) {
  const auto nth = [&](auto value_of) -> std::optional<int64_t> {
    for (const CipMessage& message : cip.all)
      if (const std::optional<int64_t> value = value_of(message); value && at-- == 0) return value;
    return std::nullopt;
  };
  const auto segment = [&](CipSegment::Kind kind) {
    return nth([kind](const CipMessage& message) -> std::optional<int64_t> {
      return message.segment(kind);
    });
  };
  switch (which) {
    case FieldId::k_cip_service:
      return nth([](const CipMessage& m) { return std::optional<int64_t>(m.service); });
    case FieldId::k_cip_class: return segment(CipSegment::Kind::kClass);
    case FieldId::k_cip_instance: return segment(CipSegment::Kind::kInstance);
    case FieldId::k_cip_attribute: return segment(CipSegment::Kind::kAttribute);
    case FieldId::k_cip_status:
      return nth([](const CipMessage& m) {
        return m.answer ? std::optional<int64_t>(m.status) : std::nullopt;
      });
    case FieldId::k_cip_extendedstatus:
      return nth([](const CipMessage& m) {
        return m.extended.empty() ? std::nullopt : std::optional<int64_t>(m.extended.front());
      });
    default: return std::nullopt;
  }
}

}  // namespace

std::optional<Bytes> EnipTransaction::buffer(BufferId which, Direction direction, size_t at) {
  if (direction != Direction::kToClient || at > 0 || !answer) return std::nullopt;
  if (which == BufferId::k_enip_product_name && answer->identity)
    return as_bytes(answer->identity->product_name);
  if (which == BufferId::k_enip_service_name && answer->services)
    return as_bytes(answer->services->name);
  return std::nullopt;
}

std::optional<int64_t> EnipTransaction::field(FieldId which, Direction direction, size_t at) {
  const auto& message = direction == Direction::kToServer ? request : answer;
  if (!message) return std::nullopt;
  if (const auto found = cip_field(message->cip, which, at)) return found;
  if (at > 0) return std::nullopt;
  switch (which) {
    case FieldId::k_enip_command: return message->header.command;
    case FieldId::k_enip_status: return message->header.status;
    case FieldId::k_enip_protocol_version:
      if (message->session) return message->session->protocol_version;
      if (message->services) return message->services->protocol_version;
      if (message->identity) return message->identity->protocol_version;
      return std::nullopt;
    default: return direction == Direction::kToClient ? answer_field(which) : std::nullopt;
  }
}

std::optional<int64_t> EnipTransaction::answer_field(FieldId which) const {
  if (which == FieldId::k_enip_capabilities && answer->services)
    return answer->services->capabilities;
  if (!answer->identity) return std::nullopt;
  const Message::Identity& identity = *answer->identity;
  switch (which) {
    case FieldId::k_enip_vendor_id: return identity.vendor;
    case FieldId::k_enip_device_type: return identity.device_type;
    case FieldId::k_enip_product_code: return identity.product_code;
    case FieldId::k_enip_revision: return identity.major << 8 | identity.minor;
    case FieldId::k_enip_identity_status: return identity.status;
    case FieldId::k_enip_serial: return identity.serial;
    case FieldId::k_enip_state: return identity.state;
    default: return std::nullopt;
  }
}

void EnipTransaction::append_eve(JsonWriter& out) const {
  out.begin_object();
  if (request) append_message(out.key("request"), *request, false);
  if (answer) append_message(out.key("response"), *answer, true);
  out.end_object();
}

ParseResult EnipParser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  size_t done = 0;
  while (bytes.size() - done >= kHeaderBytes) {
    const Bytes rest = bytes.subspan(done);
    const auto header = read_header(rest);
    if (!header) {
      counter_of(Weird::kMalformed).add();
      return {bytes.size(), ParseStatus::kFailed};
    }
    const size_t size = kHeaderBytes + header->length;
    if (rest.size() < size) {
      if (flow.tcp) return {done, ParseStatus::kOk, size};
      counter_of(Weird::kBadLength).add();
      return {bytes.size()};
    }
    const bool answer = direction == Direction::kToClient;
    take(direction, read_message(*header, rest.first(size), answer), flow);
    done += size;
  }
  return {done, ParseStatus::kOk, kHeaderBytes};
}

EnipTransaction* EnipParser::asked(const Header& header) {
  for (const auto& live : transactions_) {
    auto& transaction = static_cast<EnipTransaction&>(*live);
    if (transaction.done() || transaction.answer || !transaction.request) continue;
    const Header& said = transaction.request->header;
    // The session is only given by the answer to its registration.
    const bool same = said.session == header.session || said.command == kRegisterSession;
    if (same && said.command == header.command && said.context == header.context)
      return &transaction;
  }
  return nullptr;
}

void EnipParser::take(Direction direction, Message message, FlowContext& flow) {
  if (!message.whole) counter_of(Weird::kMalformed).add();
  if (message.too_many) counter_of(Weird::kTooManyItems).add();
  const bool answer = direction == Direction::kToClient;
  EnipTransaction* transaction = answer ? asked(message.header) : nullptr;
  if (answer && transaction == nullptr) counter_of(Weird::kUnasked).add();
  const bool alone = transaction == nullptr && answer;
  if (transaction == nullptr) {
    if (transactions_.size() >= kWaitingMax) transactions_.front()->complete();
    transaction = &open_transaction<EnipTransaction>(flow);
  }
  // Some commands are not answered.
  const uint16_t command = message.header.command;
  const bool last = command == kNop || command == kUnregisterSession || command == kIndicateStatus;
  (answer ? transaction->answer : transaction->request) = std::move(message);
  transaction->set_progress(direction, Transaction::kDone);
  if (answer || last || alone) transaction->complete();
}

}  // namespace picket::inspect::enip
