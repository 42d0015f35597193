// SPDX-License-Identifier: Apache-2.0
#include "inspect/stream/tcp_session.h"

#include <algorithm>

#include "inspect/stream/tcp_view.h"

namespace picket::inspect::stream {
namespace {

using packet::PacketEvent;
namespace flag = packet::tcp_flag;

}  // namespace

std::string_view text(TcpState state) {
  switch (state) {
    case TcpState::kNone: return "none";
    case TcpState::kSynSent: return "syn_sent";
    case TcpState::kSynReceived: return "syn_recv";
    case TcpState::kEstablished: return "established";
    case TcpState::kFinWait1: return "fin_wait1";
    case TcpState::kFinWait2: return "fin_wait2";
    case TcpState::kTimeWait: return "time_wait";
    case TcpState::kLastAck: return "last_ack";
    case TcpState::kCloseWait: return "close_wait";
    case TcpState::kClosing: return "closing";
    case TcpState::kClosed: return "closed";
  }
  return "none";
}

void TcpHalf::give_up_hole(uint64_t to) {
  const uint64_t end = buffer.end();
  if (!before_hole) before_hole = std::make_unique<std::string>();
  buffer.append_shown(*before_hole, kBeforeHoleMax, end);
  if (before_hole->size() < kBeforeHoleMax)
    *before_hole += "[" + std::to_string(to - end) + " bytes missing]";
  buffer.skip_to(to);
  app_done = to;
  raw_done = std::max(to, raw_beyond);
  need = 0;
}

uint64_t TcpSession::visible_end(Direction direction, const StreamOptions& options) const {
  const TcpHalf& half = halves_[index(direction)];
  const uint64_t end = half.buffer.end();
  if (options.inline_mode || async_ || all_visible) return end;
  return std::min(end, half.acked);
}

void TcpSession::move_to(TcpState state, PacketFlow& flow) {
  state_ = state;
  switch (state) {
    case TcpState::kEstablished:
    case TcpState::kFinWait1:
    case TcpState::kFinWait2:
    case TcpState::kClosing:
    case TcpState::kCloseWait: flow.state = PacketFlow::State::kEstablished; break;
    case TcpState::kLastAck:
    case TcpState::kTimeWait:
    case TcpState::kClosed: flow.state = PacketFlow::State::kClosed; break;
    default: break;
  }
}

TcpStep TcpSession::on_packet(packet::Packet& packet, Direction direction, PacketFlow& flow,
                              const StreamOptions& options) {
  View view{
      packet, packet.tcp, direction, flow, options, half(direction), half(opposite(direction))};
  const uint8_t flags = packet.tcp.flags;
  if ((flags & flag::kAck) == 0 && packet.tcp.ack != 0 && (flags & flag::kSyn) == 0)
    view.event(PacketEvent::k_stream_pkt_broken_ack);
  if (state_ == TcpState::kNone) return start(view);
  if (flags & flag::kRst) return on_reset(view);
  if (state_ == TcpState::kSynSent) return in_syn_sent(view);
  if ((flags & flag::kSyn) && (flags & flag::kAck)) return on_syn_ack_again(view);
  if (flags & flag::kSyn) return on_syn_again(view);
  if (state_ == TcpState::kSynReceived) return in_syn_received(view);
  if (state_ == TcpState::kClosed && (view.from.rst_seen || view.to.rst_seen))
    return after_reset(view);
  return in_session(view);
}

void TcpSession::begin_half(TcpHalf& half, uint32_t seq, uint32_t window) {
  half.isn = seq - 1;
  half.next_seq = seq;
  half.next = 0;
  half.synced = true;
  half.window = window;
}

void TcpSession::take_options(View& view, TcpHalf& half, bool keep_scale) {
  const packet::TcpFields& tcp = view.tcp;
  if (keep_scale) {
    half.has_scale = tcp.has_window_scale;
    half.window_scale = tcp.window_scale;
  }
  half.has_timestamp = tcp.has_timestamp;
  half.timestamp = tcp.timestamp;
}

TcpStep TcpSession::start(View& view) {
  const uint8_t flags = view.tcp.flags;
  const bool pick_up = view.options.midstream || view.options.async_oneside;
  TcpStep step;
  step.valid = false;
  view.from.policy = view.options.policy_of(view.packet.destination);
  view.to.policy = view.options.policy_of(view.packet.source);
  if (flags & flag::kRst) {
    view.event(PacketEvent::k_stream_rst_but_no_session);
    return step;
  }
  step.midstream = (flags & flag::kAck) || (flags & (flag::kSyn | flag::kFin)) == flag::kFin;
  if ((flags & flag::kFin) && !(flags & flag::kSyn) && !pick_up) {
    view.event(PacketEvent::k_stream_fin_but_no_session);
    return step;
  }
  if ((flags & flag::kSyn) && (flags & flag::kFin)) view.event(PacketEvent::k_stream_fin_syn);
  if ((flags & flag::kSyn) && (flags & flag::kAck)) {
    if (!pick_up) return step;
    // The server's answer: what was taken for the client is the server.
    begin_half(view.from, view.tcp.seq + 1, view.tcp.window);
    begin_half(view.to, view.tcp.ack, 0);
    take_options(view, view.from, true);
    view.from.syn_seen = true;
    view.to.acked = 0;
    midstream_ = view.flow.midstream = true;
    move_to(TcpState::kSynReceived, view.flow);
    step.valid = step.reversed = true;
    return step;
  }
  if (flags & flag::kSyn) {
    begin_half(view.from, view.tcp.seq + 1, view.tcp.window);
    take_options(view, view.from, true);
    view.from.syn_seen = true;
    move_to(TcpState::kSynSent, view.flow);
    step.valid = true;
    if (view.tcp.fast_open && !view.packet.payload.empty())
      take_payload(view, view.tcp.seq + 1, view.packet.payload, step);
    return step;
  }
  if (!(flags & flag::kAck) || !pick_up) return step;
  // In the middle: both sides begin with what this packet tells.
  begin_half(view.from, view.tcp.seq, view.tcp.window);
  begin_half(view.to, view.tcp.ack, kWindowUnknown);
  take_options(view, view.from, false);
  // Nobody told the scales: assume the largest, so that nothing is out of window.
  view.from.window_scale = view.to.window_scale = 14;
  view.from.has_scale = view.to.has_scale = true;
  view.from.window = uint32_t{view.tcp.window} << 14;
  midstream_ = view.flow.midstream = true;
  async_ = view.flow.async = view.options.async_oneside;
  move_to(TcpState::kEstablished, view.flow);
  step = take(view);
  step.midstream = true;
  return step;
}

TcpStep TcpSession::in_syn_sent(View& view) {
  const uint8_t flags = view.tcp.flags;
  TcpStep step;
  step.valid = false;
  const bool from_opener = view.from.syn_seen;
  if (!from_opener && !echoes_timestamp(view)) {
    view.event(PacketEvent::k_stream_pkt_invalid_timestamp);
    return step;
  }
  if ((flags & flag::kSyn) && (flags & flag::kAck)) {
    if (from_opener) {
      view.event(PacketEvent::k_stream_3whs_synack_in_wrong_direction);
      return step;
    }
    // Acknowledges the SYN, or with fast open some of what came with it.
    const int64_t acked = view.to.offset_of(view.tcp.ack);
    if (acked < 0 || acked > static_cast<int64_t>(view.to.next)) {
      view.event(PacketEvent::k_stream_3whs_synack_with_wrong_ack);
      return step;
    }
    if (acked == 0 && view.to.next > 0) {
      view.event(PacketEvent::k_stream_3whs_synack_tfo_data_ignored);
      view.to.buffer = StreamBuffer();
      view.to.next = 0;
      view.to.next_seq = view.to.isn + 1;
    }
    begin_half(view.from, view.tcp.seq + 1, view.tcp.window);
    take_options(view, view.from, true);
    if (!view.from.has_scale) view.to.window_scale = 0;
    if (!view.to.has_scale) view.from.window_scale = 0;
    view.from.syn_seen = true;
    view.to.acked = static_cast<uint64_t>(acked);
    move_to(TcpState::kSynReceived, view.flow);
    step.valid = true;
    return step;
  }
  if (flags & flag::kSyn) {
    if (from_opener) {  // sent again, perhaps with another number
      view.from.timestamp = view.tcp.timestamp;
      if (view.tcp.seq != view.from.isn) {
        view.from.buffer = StreamBuffer();
        begin_half(view.from, view.tcp.seq + 1, view.tcp.window);
      }
      step.valid = true;
      return step;
    }
    // Both call each other at once (RFC 9293 3.5).
    begin_half(view.from, view.tcp.seq + 1, view.tcp.window);
    take_options(view, view.from, true);
    view.from.syn_seen = both_called_ = true;
    move_to(TcpState::kSynReceived, view.flow);
    step.valid = true;
    return step;
  }
  step.harmless = true;
  if (!(flags & flag::kAck)) return step;
  if (!view.options.async_oneside || !from_opener) return step;
  if (view.tcp.seq != view.from.next_seq) {
    view.event(PacketEvent::k_stream_3whs_async_wrong_seq);
    return step;
  }
  // Only one side passes here.
  begin_half(view.to, view.tcp.ack, kWindowUnknown);
  async_ = view.flow.async = true;
  move_to(TcpState::kEstablished, view.flow);
  return take(view);
}

TcpStep TcpSession::in_syn_received(View& view) {
  TcpStep step;
  step.valid = false;
  step.harmless = both_called_;
  if (!(view.tcp.flags & flag::kAck)) return step;
  const bool from_client = view.direction == Direction::kToServer;
  if (!synacks_.empty() && from_client) {
    // One of several SYN/ACKs: the one that is answered counts.
    for (const SynAck& queued : synacks_) {
      if (queued.seq + 1 != view.tcp.ack) continue;
      begin_half(view.to, queued.seq + 1, queued.window);
      view.to.has_scale = queued.options.has_window_scale;
      view.to.window_scale = queued.options.window_scale;
      break;
    }
    synacks_.clear();
  }
  if (!timestamp_valid(view)) return step;
  if (midstream_ && !from_client) {
    if (!view.options.async_oneside) return step;
    async_ = view.flow.async = true;  // the client's packets go another way
  }
  if (!midstream_) {
    const int64_t acked = view.to.offset_of(view.tcp.ack);
    const bool right_seq = view.from.offset_of(view.tcp.seq) >= 0;
    if (acked < 0 || acked > static_cast<int64_t>(view.to.next)) {
      view.event(right_seq ? PacketEvent::k_stream_3whs_right_seq_wrong_ack_evasion
                           : PacketEvent::k_stream_3whs_wrong_seq_wrong_ack);
      return step;
    }
    if (!from_client) {
      if (view.options.inline_mode && !view.packet.payload.empty()) {
        view.event(PacketEvent::k_stream_3whs_ack_data_inject);
        return step;
      }
      if (view.packet.payload.empty() && !(view.tcp.flags & flag::kFin)) {
        step.valid = true;  // the server's own keep-alive or window update: wait for the client
        return step;
      }
      view.event(PacketEvent::k_stream_3whs_ack_in_wrong_dir);
    }
  }
  if (!in_window(view)) {
    view.event(PacketEvent::k_stream_3whs_wrong_seq_wrong_ack);
    return step;
  }
  move_to(TcpState::kEstablished, view.flow);
  return take(view);
}

}  // namespace picket::inspect::stream
