// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/stream/packet_worker.h"

namespace picket::inspect::stream {

// One direction of a session as rules see it, for the length of one look. Inline, where bytes count
// when they pass, that is the stretch that the packet at hand belongs to, also behind a hole.
class PacketWorker::HalfBytes final : public StreamBytes {
 public:
  HalfBytes(TcpSession& session, Direction direction, const StreamOptions& options, bool added)
      : half_(session.half(direction)),
        begin_(half_.buffer.begin()),
        end_(session.visible_end(direction, options)),
        chunk_(options.inline_mode ? 1 : options.chunk),
        all_(session.all_visible || options.inline_mode),
        over_(session.all_visible || half_.ended || session.state() == TcpState::kClosed) {
    if (!options.inline_mode || !added || half_.last_begin < half_.buffer.end()) return;
    behind_hole_ = half_.buffer.stretch_at(half_.last_begin, begin_, stretch_);
    if (behind_hole_) end_ = begin_ + stretch_.size();
  }

  Bytes window() const override {
    if (behind_hole_) return stretch_;
    if (end_ <= begin_) return {};
    return half_.buffer.bytes(begin_, end_);
  }
  uint64_t window_offset() const override { return begin_; }
  bool ready() const override {
    if (half_.raw_over) return false;
    if (behind_hole_) return true;
    if (end_ <= half_.raw_done) return false;
    return half_.raw_due || over_ || end_ - half_.raw_done >= chunk_;
  }
  uint64_t fresh_from() const override {
    return std::max(behind_hole_ ? half_.last_begin : half_.raw_done, begin_);
  }
  void inspected(uint64_t up_to) override {
    if (behind_hole_) {
      half_.raw_beyond = std::max(half_.raw_beyond, up_to);
      return;
    }
    half_.raw_done = std::clamp(up_to, half_.raw_done, std::max(end_, half_.raw_done));
    half_.raw_due = false;
  }
  std::string shown(size_t max) const override {
    std::string text = half_.before_hole ? *half_.before_hole : std::string();
    half_.buffer.append_shown(text, max, all_ ? half_.buffer.high() : half_.acked);
    return text;
  }

 private:
  TcpHalf& half_;
  uint64_t begin_, end_;
  const uint64_t chunk_;
  const bool all_;  // also what nobody acknowledged is shown
  const bool over_;
  bool behind_hole_ = false;
  std::vector<uint8_t> stretch_;
};

}  // namespace picket::inspect::stream
