// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "inspect/app/packet_flow.h"
#include "inspect/stream/stream_buffer.h"
#include "inspect/stream/stream_options.h"
#include "packet/packet.h"

namespace picket::inspect::stream {

enum class TcpState : uint8_t {
  kNone,
  kSynSent,
  kSynReceived,
  kEstablished,
  kFinWait1,
  kFinWait2,
  kTimeWait,
  kLastAck,
  kCloseWait,
  kClosing,
  kClosed,
};
std::string_view text(TcpState state);  // as EVE spells it

// What one side of a TCP flow sent, as seen in between.
struct TcpHalf {
  StreamBuffer buffer;
  uint32_t isn = 0;
  uint32_t next_seq = 0;    // the sequence number of offset `next`
  uint64_t next = 0;        // offset after all that was sent, as far as seen
  uint64_t acked = 0;       // offset the other side acknowledged
  uint64_t app_done = 0;    // offset up to which the parser has consumed
  uint64_t raw_done = 0;    // offset up to which stream rules have looked
  uint64_t fin_at = 0;      // offset of FIN
  uint64_t last_begin = 0;  // offset of the bytes that came last
  uint64_t raw_beyond = 0;  // inline: up to which stream rules have looked behind a hole
  size_t need = 0;          // bytes the parser waits for before it looks again
  uint32_t window = 0;      // that this side offers, scaled
  uint32_t timestamp = 0;   // the latest
  OverlapPolicy policy = OverlapPolicy::kBsd;  // of who receives it
  uint8_t window_scale = 0;
  bool syn_seen = false, synced = false, fin_seen = false, rst_seen = false;
  bool has_scale = false, has_timestamp = false;
  bool depth_reached = false, ended = false;  // ended: `last` has been told to the parser
  bool raw_due = false;                       // stream rules are to look, however little there is
  bool gap = false;
  // What records show of the bytes before a hole that was given up; nullptr: there was none.
  std::unique_ptr<std::string> before_hole;
  bool raw_over = false;  // the flow is encrypted, stream rules look no more

  static constexpr size_t kBeforeHoleMax = 4096;
  // From here on stream rules may want the bytes again.
  // (what rules look for may begin in bytes they have seen).
  static constexpr uint64_t kRawBefore = 2048;
  static constexpr uint64_t kRawBeforeAtRest = 64;  // of a flow that has been quiet for a while
  uint64_t raw_keep(uint64_t before = kRawBefore) const {
    return raw_done - (raw_done < before ? raw_done : before);
  }
  // The stream goes on at `to`: what is missing before it will not come.
  void give_up_hole(uint64_t to);
  // The offset of a sequence number near `next`; negative: before the first byte.
  int64_t offset_of(uint32_t seq) const {
    return static_cast<int64_t>(next) + static_cast<int32_t>(seq - next_seq);
  }
};

// What a packet did to its session.
struct TcpStep {
  bool valid = true;       // false: it does not fit the session; neither state nor stream took it
  bool harmless = false;   // not taken, but no error either: an inline engine lets it pass
  bool added = false;      // its payload went into the stream
  bool reuse = false;      // it begins a new connection on the same ports: the flow must end first
  bool reversed = false;   // it came from the server although it was the flow's first
  bool midstream = false;  // it is the first of its flow, and no start
};

// The state of one TCP conversation (RFC 9293 as two strangers' hosts keep it, watched from
// between), with what is to be put together of each direction. Odd packets get PacketEvents; what
// no receiver would take is left out. One worker owns it with its flow.
class TcpSession : public TransportState {
 public:
  static constexpr size_t kSynAcksMax = 5;  // different SYN/ACKs kept until one is acknowledged

  // Works on a packet of the flow. `direction` is that of the packet.
  TcpStep on_packet(packet::Packet& packet, Direction direction, PacketFlow& flow,
                    const StreamOptions& options);

  void rest() override {
    for (TcpHalf& half : halves_) {
      half.buffer.release(std::min(half.app_done, half.raw_keep(TcpHalf::kRawBeforeAtRest)));
      half.buffer.rest();
    }
  }
  TcpState state() const { return state_; }
  TcpHalf& half(Direction direction) { return halves_[index(direction)]; }
  const TcpHalf& half(Direction direction) const { return halves_[index(direction)]; }
  // How far the bytes of a direction may be shown: acknowledged, or in inline mode all in order.
  uint64_t visible_end(Direction direction, const StreamOptions& options) const;
  // Client and server change places.
  void swap_sides() { std::swap(halves_[0], halves_[1]); }
  bool async() const { return async_; }
  bool midstream() const { return midstream_; }
  bool all_visible = false;  // the flow is over: what is there may be shown

 private:
  struct View;  // a packet and the halves it concerns
  TcpStep start(View& view);
  TcpStep in_syn_sent(View& view);
  TcpStep in_syn_received(View& view);
  TcpStep in_session(View& view);
  TcpStep on_reset(View& view);
  TcpStep on_syn_again(View& view);
  TcpStep on_syn_ack_again(View& view);
  TcpStep after_reset(View& view);
  TcpStep take(View& view);
  void take_options(View& view, TcpHalf& half, bool keep_scale);
  void begin_half(TcpHalf& half, uint32_t seq, uint32_t window);
  void take_payload(View& view, uint32_t seq, Bytes payload, TcpStep& step);
  void take_fin(View& view);
  void take_ack(View& view);
  bool ack_valid(View& view) const;
  bool in_window(const View& view) const;
  bool timestamp_valid(View& view);
  void move_to(TcpState state, PacketFlow& flow);

  std::array<TcpHalf, 2> halves_;
  TcpState state_ = TcpState::kNone, before_reset_ = TcpState::kNone;
  bool midstream_ = false, async_ = false;
  bool both_called_ = false;  // two SYNs met, and nobody has answered one
  struct SynAck {
    uint32_t seq, window;
    packet::TcpFields options;
  };
  std::vector<SynAck> synacks_;  // sent again with other numbers, while nobody answered
};

}  // namespace picket::inspect::stream
