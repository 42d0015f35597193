// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "inspect/app/app_parser.h"
#include "inspect/proto/http2/hpack.h"
#include "inspect/proto/http2/transaction.h"

namespace picket::inspect::http2 {

// HTTP/2 of one flow (RFC 9113): frames to streams. A transaction for each stream, one for each
// frame of stream 0. Not thread-safe. Bounds: kStreamsMax open streams (then the oldest is ended),
// kFrameMax bytes of a frame other than DATA (a longer one is skipped with an event), kBlockMax
// bytes of a header block.
class Http2Parser : public AppParser {
 public:
  static constexpr size_t kStreamsMax = 512;
  static constexpr size_t kFrameMax = 256 * 1024;
  static constexpr size_t kBlockMax = 256 * 1024;

  explicit Http2Parser(const FlowContext& flow);
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  ParseStatus on_gap(Direction direction, uint64_t lost, FlowContext& flow) override;
  void on_end(FlowContext& flow) override;

 private:
  struct Frame {
    uint32_t size = 0;
    uint8_t type = 0, flags = 0;
    uint32_t stream = 0;
  };
  struct Side {
    bool preface_due = false;
    Frame frame;
    uint32_t left = 0;     // of a DATA frame, or of one to be skipped
    uint32_t padding = 0;  // at the end of that DATA frame
    bool in_data = false, skipping = false;
    HpackDecoder hpack;
    std::vector<uint8_t> block;  // header block over CONTINUATION frames
    uint32_t block_stream = 0;   // whose it is; 0: none is open
    uint8_t block_flags = 0;
  };

  bool step(Direction direction, Bytes rest, size_t& used, FlowContext& flow);
  bool begin_frame(Direction direction, Bytes rest, size_t& used, FlowContext& flow);
  void data_bytes(Direction direction, Bytes bytes);
  void data_end(Direction direction, FlowContext& flow);
  void whole_frame(Direction direction, const Frame& frame, Bytes body, FlowContext& flow);
  void headers(Direction direction, const Frame& frame, Bytes body, FlowContext& flow);
  void push_promise(const Frame& frame, Bytes body, FlowContext& flow);
  void block_end(Direction direction, FlowContext& flow);
  void connection_frame(Direction direction, const Frame& frame, Bytes body, FlowContext& flow);
  void numbers(Direction direction, const Frame& frame, Bytes body, Http2Transaction& transaction);
  void stream_end(Direction direction, uint32_t stream, FlowContext& flow);
  void forget(uint32_t stream);
  Http2Transaction* find(uint32_t stream);
  Http2Transaction& find_or_make(uint32_t stream, const FlowContext& flow);
  Http2Transaction& make(uint32_t stream, const FlowContext& flow);
  Side& side(Direction direction) { return sides_[index(direction)]; }

  const AppSettings& settings_;
  Side sides_[2];
  std::unordered_map<uint32_t, Http2Transaction*> streams_;  // open ones; owned by transactions_
  uint64_t next_file_ = 0;
  bool dns_seen_ = false;
};

}  // namespace picket::inspect::http2
