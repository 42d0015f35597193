// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dcerpc/dcerpc_parser.h"

#include "inspect/proto/dcerpc/weird.h"

namespace picket::inspect::dcerpc {

std::optional<Bytes> DcerpcTransaction::buffer(BufferId buffer_id, Direction direction,
                                               size_t index) {
  return call_buffer(call, buffer_id, direction, index, scratch_);
}

std::optional<int64_t> DcerpcTransaction::field(FieldId field_id, Direction, size_t index) {
  return call_field(call, field_id, index);
}

void DcerpcTransaction::append_eve(JsonWriter& out) const {
  out.begin_object();
  out.member("request", request_text(call));
  if (call.request) {
    append_interfaces(out, call, false);
    if (call.is_call()) append_stub(out, call, Direction::kToServer, true);
  }
  out.member("response", response_text(call));
  if (call.response == kResponse) append_stub(out, call, Direction::kToClient, false);
  out.member("call_id", call.call_id);
  out.member("rpc_version", "5." + std::to_string(minor));
  out.end_object();
}

void DcerpcTransaction::update_progress() {
  if (call.request_done || call.request_lost) set_progress(Direction::kToServer, kDone);
  if (call.response_done) {
    set_progress(Direction::kToServer, kDone);
    set_progress(Direction::kToClient, kDone);
  }
}

// The call that a fragment goes on with or answers.
DcerpcTransaction* DcerpcParser::find(Direction direction, const Pdu& pdu) {
  for (const auto& live : transactions_) {
    auto& transaction = static_cast<DcerpcTransaction&>(*live);
    const RpcCall& call = transaction.call;
    if (call.call_id != pdu.call_id || call.response_done) continue;
    if (direction == Direction::kToClient ||
        (pdu.type == kRequest && !call.request_done && !call.request_lost))
      return &transaction;
  }
  return nullptr;
}

void DcerpcParser::fragment(Direction direction, const Pdu& pdu, FlowContext& flow) {
  if (pdu.type == kAuth3 || pdu.type == kCancel || pdu.type == kOrphaned || pdu.type == kShutdown)
    return;
  DcerpcTransaction* transaction = find(direction, pdu);
  if (transaction == nullptr) {
    transaction = &open_transaction<DcerpcTransaction>(flow);
    transaction->minor = pdu.minor;
    transaction->call.request_lost = direction == Direction::kToClient;
  }
  state_.apply(direction, pdu, transaction->call);
  transaction->update_progress();
}

ParseResult DcerpcParser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  Bytes rest = bytes;
  while (rest.size() >= kHeaderBytes) {
    const auto pdu = read_pdu(rest);
    if (!pdu) {
      if (!gap_[index(direction)]) {
        counter_of(Weird::kBadHeader).add();
        return {bytes.size(), ParseStatus::kFailed};
      }
      counter_of(Weird::kOutOfStep).add();
      return {bytes.size()};
    }
    if (rest.size() < pdu->length)
      return {bytes.size() - rest.size(), ParseStatus::kOk, pdu->length};
    gap_[index(direction)] = false;
    fragment(direction, *pdu, flow);
    rest = rest.subspan(pdu->length);
  }
  return {bytes.size() - rest.size(), ParseStatus::kOk, kHeaderBytes};
}

ParseStatus DcerpcParser::on_gap(Direction direction, uint64_t, FlowContext&) {
  gap_[index(direction)] = true;
  for (const auto& live : transactions_) {
    auto& transaction = static_cast<DcerpcTransaction&>(*live);
    if (direction == Direction::kToServer && !transaction.call.request_done)
      transaction.call.request_done = true;
    transaction.update_progress();
  }
  return ParseStatus::kOk;
}

void DcerpcParser::on_end(FlowContext&) {
  for (const auto& live : transactions_) {
    live->set_progress(Direction::kToServer, Transaction::kDone);
    live->set_progress(Direction::kToClient, Transaction::kDone);
  }
}

}  // namespace picket::inspect::dcerpc
