// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/stream/packet_worker.h"

namespace picket::inspect::stream {

// One direction of a session as rules see it, for the length of one look.
class PacketWorker::HalfBytes final : public StreamBytes {
 public:
  HalfBytes(TcpSession& session, Direction direction, const StreamOptions& options)
      : half_(session.half(direction)),
        end_(session.visible_end(direction, options)),
        chunk_(options.inline_mode ? 1 : options.chunk),
        over_(session.all_visible || half_.ended || session.state() == TcpState::kClosed) {}

  Bytes window() const override {
    if (end_ <= half_.buffer.begin()) return {};
    return half_.buffer.bytes(half_.buffer.begin(), end_);
  }
  uint64_t window_offset() const override { return half_.buffer.begin(); }
  bool ready() const override {
    if (end_ <= half_.raw_done) return false;
    return half_.raw_due || over_ || end_ - half_.raw_done >= chunk_;
  }
  uint64_t fresh_from() const override { return std::max(half_.raw_done, half_.buffer.begin()); }
  void inspected(uint64_t up_to) override {
    half_.raw_done = std::clamp(up_to, half_.raw_done, end_);
    half_.raw_due = false;
  }

 private:
  TcpHalf& half_;
  const uint64_t end_;
  const uint64_t chunk_;
  const bool over_;
};

}  // namespace picket::inspect::stream
