// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "inspect/app/buffer.h"
#include "inspect/proto/dcerpc/pdu.h"

namespace picket::inspect::dcerpc {

constexpr size_t kContextsMax = 64;     // interfaces of one connection or pipe
constexpr size_t kStubMax = 256 << 10;  // stub data kept of one call and direction

struct Interface {
  uint16_t context = 0;
  Uuid uuid{};
  uint16_t major = 0, minor = 0;
  bool answered = false;
  uint16_t ack_result = 0, ack_reason = 0;
};

// One exchange: a bind with its answer, or a request with its response, in however many fragments.
struct RpcCall {
  uint32_t call_id = 0;
  std::optional<uint8_t> request, response;  // types; nullopt: not seen (lost, or to come)
  bool request_done = false, response_done = false;
  bool request_lost = false;
  uint16_t opnum = 0, context = 0;
  uint32_t fragments[2] = {0, 0};
  std::string stub[2];
  size_t stub_size[2] = {0, 0};       // of all of it, also past kStubMax
  std::vector<Interface> interfaces;  // bind: all asked for; request: the one that is called

  bool is_call() const { return request == kRequest; }
};

// What a connection or pipe has agreed on. Not thread-safe.
class RpcState {
 public:
  // What counts as stub data of a response: behind its header of eight bytes (over SMB), or with it
  // (over TCP), as rules for either are written. Trailers of authentication stay.
  explicit RpcState(bool response_header_in_stub = false)
      : response_header_in_stub_(response_header_in_stub) {}
  // Adds what a fragment says to `call`. False: it does not hold what it should; what could be read
  // is there.
  bool apply(Direction direction, const Pdu& pdu, RpcCall& call);
  void forget() { contexts_.clear(); }

 private:
  bool read_bind(const Pdu& pdu, RpcCall& call);
  bool read_bind_answer(const Pdu& pdu, RpcCall& call);
  bool read_stub(Direction direction, const Pdu& pdu, RpcCall& call);

  bool response_header_in_stub_;
  std::vector<Interface> contexts_;
};

// What the buffers.def of DCE/RPC offers; SMB answers with these too.
std::optional<Bytes> call_buffer(const RpcCall& call, BufferId id, Direction direction,
                                 size_t index, std::string& scratch);
std::optional<int64_t> call_field(const RpcCall& call, FieldId id, size_t index);

// "interfaces": [...], of a bind or a call.
void append_interfaces(JsonWriter& out, const RpcCall& call, bool with_reason);
void append_stub(JsonWriter& out, const RpcCall& call, Direction direction, bool with_opnum);
std::string_view request_text(const RpcCall& call);
std::string_view response_text(const RpcCall& call);

// Names of well-known interfaces and their operations; empty: not known (service_names.cc).
std::string_view service_name(const Uuid& uuid);
std::string_view procedure_name(const Uuid& uuid, uint16_t opnum);

}  // namespace picket::inspect::dcerpc
