// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/websocket/transaction.h"

#include <string>

namespace picket::inspect::websocket {

std::string_view opcode_text(uint8_t opcode) {
  switch (opcode) {
    case 0: return "continuation";
    case 1: return "text";
    case 2: return "binary";
    case 8: return "connection_close";
    case 9: return "ping";
    case 10: return "pong";
    default: return {};
  }
}

std::optional<Bytes> WebSocketTransaction::buffer(BufferId which, Direction direction, size_t at) {
  if (which != BufferId::k_websocket_payload || direction != said_by || at > 0) return std::nullopt;
  return Bytes(payload);
}

std::optional<int64_t> WebSocketTransaction::field(FieldId which, Direction direction, size_t at) {
  if (direction != said_by || at > 0) return std::nullopt;
  switch (which) {
    case FieldId::k_websocket_opcode: return opcode;
    case FieldId::k_websocket_flags: return flags;
    case FieldId::k_websocket_mask: return mask ? std::optional<int64_t>(*mask) : std::nullopt;
    default: return std::nullopt;
  }
}

void WebSocketTransaction::append_eve(JsonWriter& out) const {
  out.begin_object().member("fin", (flags & 0x80) != 0);
  if (mask) out.member("mask", *mask);
  const std::string_view known = opcode_text(opcode);
  out.member("opcode", known.empty() ? "unknown-" + std::to_string(opcode) : std::string(known));
  out.end_object();
}

}  // namespace picket::inspect::websocket
