// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "inspect/app/transaction.h"

namespace picket::inspect::websocket {

// One message, fragments joined, unmasked and decompressed; or one control frame. Progress: all at
// once.
class WebSocketTransaction : public Transaction {
 public:
  WebSocketTransaction(uint64_t number, Direction from)
      : Transaction(AppProtocol::kWebSocket, number), said_by(from) {}

  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  std::optional<int64_t> field(FieldId id, Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;

  const Direction said_by;
  uint8_t flags = 0;   // FIN and the reserved bits of the first frame, in place
  uint8_t opcode = 0;  // of the first frame
  std::optional<uint32_t> mask;
  std::vector<uint8_t> payload;
};

std::string_view opcode_text(uint8_t opcode);  // text, binary, ping...; empty: not defined

}  // namespace picket::inspect::websocket
