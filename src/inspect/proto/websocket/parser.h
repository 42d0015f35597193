// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "inspect/app/app_parser.h"
#include "inspect/proto/websocket/transaction.h"

namespace picket::inspect::websocket {

// WebSocket of one flow (RFC 6455), begun by HTTP's Upgrade; permessage-deflate (RFC 7692) undone.
// A transaction for each message. Not thread-safe. Bounds: kPayloadMax bytes of a message, before
// and after decompression; the rest of a longer one is passed over with an event.
class WebSocketParser : public AppParser {
 public:
  static constexpr size_t kPayloadMax = 256 * 1024;

  WebSocketParser();
  ~WebSocketParser() override;
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  ParseStatus on_gap(Direction direction, uint64_t lost, FlowContext& flow) override;

 private:
  class Inflater;
  struct Frame {
    uint8_t first = 0;
    bool masked = false;
    uint32_t mask = 0;
    uint64_t left = 0, seen = 0;
  };
  struct Side {
    Frame frame;
    bool in_frame = false;
    std::vector<uint8_t> control;  // payload of a control frame, which may come between fragments
    std::unique_ptr<WebSocketTransaction> message;
    std::unique_ptr<Inflater> inflater;
    bool too_long = false;
  };
  bool begin_frame(Side& side, Direction direction, Bytes rest, size_t& used, FlowContext& flow);
  void payload_bytes(Side& side, Bytes bytes);
  void frame_end(Side& side, Direction direction, FlowContext& flow);
  void deliver(std::unique_ptr<WebSocketTransaction> transaction);
  void inflate_message(Side& side, WebSocketTransaction& message);

  Side sides_[2];
};

}  // namespace picket::inspect::websocket
