// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dcerpc/rpc_call.h"

#include <algorithm>

#include "inspect/proto/dcerpc/weird.h"

namespace picket::inspect::dcerpc {
namespace {

bool is_request_type(uint8_t type) {
  return type == kRequest || type == kBind || type == kAlterContext || type == kAuth3 ||
         type == kPing;
}

}  // namespace

bool RpcState::apply(Direction direction, const Pdu& pdu, RpcCall& call) {
  call.call_id = pdu.call_id;
  const bool asks = is_request_type(pdu.type);
  (asks ? call.request : call.response) = pdu.type;
  ++call.fragments[index(direction)];
  if (pdu.last() || (pdu.type != kRequest && pdu.type != kResponse))
    (asks ? call.request_done : call.response_done) = true;
  switch (pdu.type) {
    case kBind:
    case kAlterContext: return read_bind(pdu, call);
    case kBindAck:
    case kAlterContextResponse: return read_bind_answer(pdu, call);
    case kRequest:
    case kResponse: return read_stub(direction, pdu, call);
    default: return true;
  }
}

bool RpcState::read_bind(const Pdu& pdu, RpcCall& call) {
  if (!pdu.first()) return false;
  OrderedReader reader(pdu.body, pdu.little);
  reader.skip(8);  // fragment sizes, association group
  const size_t count = reader.u8();
  reader.skip(3);
  if (pdu.type == kBind) contexts_.clear();
  for (size_t i = 0; i < count; ++i) {
    Interface entry;
    entry.context = reader.u16();
    const size_t syntaxes = reader.u8();
    reader.skip(1);
    entry.uuid = read_uuid(reader, pdu.little);
    entry.major = reader.u16();
    entry.minor = reader.u16();
    reader.skip(syntaxes * 20);
    if (reader.failed()) {
      counter_of(Weird::kCutShort).add();
      return false;
    }
    if (call.interfaces.size() == kContextsMax || contexts_.size() == kContextsMax) {
      counter_of(Weird::kTooManyContexts).add();
      return true;
    }
    call.interfaces.push_back(entry);
    contexts_.push_back(entry);
  }
  return true;
}

bool RpcState::read_bind_answer(const Pdu& pdu, RpcCall& call) {
  OrderedReader reader(pdu.body, pdu.little);
  reader.skip(8);
  reader.skip(reader.u16());  // secondary address
  reader.align4();
  const size_t count = reader.u8();
  reader.skip(3);
  const size_t known = call.interfaces.size();
  const size_t first = contexts_.size() - std::min(known, contexts_.size());
  for (size_t i = 0; i < count; ++i) {
    const uint16_t result = reader.u16();
    const uint16_t reason = reader.u16();
    reader.skip(20);
    if (reader.failed()) {
      counter_of(Weird::kCutShort).add();
      return false;
    }
    if (i >= known) continue;
    for (Interface* entry :
         {&call.interfaces[i], first + i < contexts_.size() ? &contexts_[first + i] : nullptr}) {
      if (entry == nullptr) continue;
      entry->answered = true;
      entry->ack_result = result;
      entry->ack_reason = reason;
    }
  }
  return true;
}

bool RpcState::read_stub(Direction direction, const Pdu& pdu, RpcCall& call) {
  OrderedReader reader(pdu.body, pdu.little);
  reader.skip(4);  // allocation hint
  const uint16_t context = reader.u16();
  if (pdu.type == kRequest) {
    call.opnum = reader.u16();
    call.context = context;
    if (call.interfaces.empty()) {
      // The newest context of that number which was not refused.
      const auto found =
          std::find_if(contexts_.rbegin(), contexts_.rend(), [&](const Interface& entry) {
            return entry.context == context && (!entry.answered || entry.ack_result == 0);
          });
      if (found != contexts_.rend()) call.interfaces.push_back(*found);
    }
  } else {
    reader.skip(2);
  }
  if (reader.failed()) {
    counter_of(Weird::kCutShort).add();
    return false;
  }
  const Bytes stub = pdu.type == kResponse && response_header_in_stub_ ? pdu.body : reader.rest();
  std::string& kept = call.stub[index(direction)];
  call.stub_size[index(direction)] += stub.size();
  const size_t room = kStubMax - std::min(kStubMax, kept.size());
  if (stub.size() > room) counter_of(Weird::kStubTooLong).add();
  kept += as_text(stub.first(std::min(stub.size(), room)));
  return true;
}

std::optional<Bytes> call_buffer(const RpcCall& call, BufferId id, Direction direction, size_t at,
                                 std::string& scratch) {
  if (id == BufferId::k_dcerpc_stub_data) {
    const std::string& stub = call.stub[index(direction)];
    if (at > 0 || stub.empty()) return std::nullopt;
    return as_bytes(stub);
  }
  if (id == BufferId::k_dcerpc_iface && call.is_call() && at < call.interfaces.size()) {
    const Interface& entry = call.interfaces[at];
    scratch.assign(entry.uuid.begin(), entry.uuid.end());
    scratch.push_back(static_cast<char>(entry.major >> 8));
    scratch.push_back(static_cast<char>(entry.major));
    return as_bytes(scratch);
  }
  return std::nullopt;
}

std::optional<int64_t> call_field(const RpcCall& call, FieldId id, size_t at) {
  if (at > 0 || id != FieldId::k_dcerpc_opnum || !call.is_call()) return std::nullopt;
  return call.opnum;
}

std::string_view request_text(const RpcCall& call) {
  return call.request ? type_text(*call.request) : "REQUEST_LOST";
}
std::string_view response_text(const RpcCall& call) {
  return call.response ? type_text(*call.response) : "UNREPLIED";
}

void append_interfaces(JsonWriter& out, const RpcCall& call, bool with_reason) {
  if (call.interfaces.empty()) return;
  out.key("interfaces").begin_array();
  for (const Interface& entry : call.interfaces) {
    out.begin_object();
    out.member("uuid", uuid_text(entry.uuid));
    out.member("version", std::to_string(entry.major) + "." + std::to_string(entry.minor));
    if (entry.answered && !call.is_call()) out.member("ack_result", entry.ack_result);
    // EVE has a member for the reason and always 0 in it.
    if (entry.answered && !call.is_call() && with_reason) out.member("ack_reason", 0);
    out.member_if("service", service_name(entry.uuid));
    if (call.is_call()) out.member_if("procedure", procedure_name(entry.uuid, call.opnum));
    out.end_object();
  }
  out.end_array();
}

void append_stub(JsonWriter& out, const RpcCall& call, Direction direction, bool with_opnum) {
  out.key(direction == Direction::kToServer ? "req" : "res").begin_object();
  if (with_opnum) out.member("opnum", call.opnum);
  out.member("frag_cnt", call.fragments[index(direction)]);
  out.member("stub_data_size", call.stub_size[index(direction)]);
  out.end_object();
}

}  // namespace picket::inspect::dcerpc
