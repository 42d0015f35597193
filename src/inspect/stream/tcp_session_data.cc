// SPDX-License-Identifier: Apache-2.0
// TcpSession once both sides know each other: data, acknowledgements, ends.
#include <algorithm>

#include "inspect/stream/tcp_session.h"
#include "inspect/stream/tcp_view.h"

namespace picket::inspect::stream {
namespace {

using packet::PacketEvent;
namespace flag = packet::tcp_flag;

PacketEvent invalid_ack_event(TcpState state) {
  switch (state) {
    case TcpState::kFinWait1: return PacketEvent::k_stream_fin1_invalid_ack;
    case TcpState::kFinWait2: return PacketEvent::k_stream_fin2_invalid_ack;
    case TcpState::kCloseWait: return PacketEvent::k_stream_closewait_invalid_ack;
    case TcpState::kClosing: return PacketEvent::k_stream_closing_invalid_ack;
    case TcpState::kLastAck: return PacketEvent::k_stream_lastack_invalid_ack;
    case TcpState::kTimeWait: return PacketEvent::k_stream_timewait_invalid_ack;
    default: return PacketEvent::k_stream_est_invalid_ack;
  }
}

PacketEvent out_of_window_event(TcpState state, bool fin) {
  switch (state) {
    case TcpState::kFinWait1:
      return fin ? PacketEvent::k_stream_fin1_fin_wrong_seq
                 : PacketEvent::k_stream_fin1_ack_wrong_seq;
    case TcpState::kFinWait2:
      return fin ? PacketEvent::k_stream_fin2_fin_wrong_seq
                 : PacketEvent::k_stream_fin2_ack_wrong_seq;
    case TcpState::kCloseWait:
      return fin ? PacketEvent::k_stream_closewait_fin_out_of_window
                 : PacketEvent::k_stream_closewait_ack_out_of_window;
    case TcpState::kClosing: return PacketEvent::k_stream_closing_ack_wrong_seq;
    case TcpState::kLastAck: return PacketEvent::k_stream_lastack_ack_wrong_seq;
    case TcpState::kTimeWait: return PacketEvent::k_stream_timewait_ack_wrong_seq;
    default:
      return fin ? PacketEvent::k_stream_fin_out_of_window
                 : PacketEvent::k_stream_est_packet_out_of_window;
  }
}

}  // namespace

bool TcpSession::ack_valid(View& view) const {
  if (!(view.tcp.flags & flag::kAck) || async_) return true;
  const int64_t acked = view.to.offset_of(view.tcp.ack);
  const int64_t sent = static_cast<int64_t>(view.to.next + (view.to.fin_seen ? 1 : 0));
  // More than was seen may have been sent (packets lost here); within the window it may be true.
  const int64_t most =
      sent + (midstream_ || view.from.window == 0 ? kWindowUnknown : view.from.window);
  const int64_t least = static_cast<int64_t>(view.to.acked) - static_cast<int64_t>(kWindowUnknown);
  return acked <= most && acked >= least;
}

bool TcpSession::in_window(const View& view) const {
  if (async_ || !view.to.synced) return true;
  const int64_t begin = view.from.offset_of(view.tcp.seq);
  const int64_t end = begin + static_cast<int64_t>(view.packet.payload.size());
  const int64_t acked = static_cast<int64_t>(view.from.acked);
  const int64_t window = view.to.window;
  // What reaches back before the last acknowledgement is a retransmission, however old.
  if (end <= acked) return begin >= acked - static_cast<int64_t>(kWindowUnknown);
  const int64_t right = std::max(acked + window, static_cast<int64_t>(view.from.next));
  // One byte past the window is a probe (RFC 9293 3.8.6.1).
  return end <= right + 1 || midstream_;
}

bool TcpSession::timestamp_valid(View& view) {
  if (!view.tcp.has_timestamp || !view.from.has_timestamp || view.from.timestamp == 0) {
    view.from.has_timestamp = view.tcp.has_timestamp;
    view.from.timestamp = view.tcp.timestamp;
    return true;
  }
  // RFC 7323 5: older than the latest is not taken.
  const int32_t step = static_cast<int32_t>(view.tcp.timestamp - view.from.timestamp);
  if (step < -1) {
    view.event(PacketEvent::k_stream_pkt_invalid_timestamp);
    return false;
  }
  if (step > 0) view.from.timestamp = view.tcp.timestamp;
  return true;
}

TcpStep TcpSession::in_session(View& view) {
  TcpStep step;
  step.valid = false;
  const bool fin = (view.tcp.flags & flag::kFin) != 0;
  if (!timestamp_valid(view)) return step;
  if (!ack_valid(view)) {
    view.event(PacketEvent::k_stream_pkt_invalid_ack);
    view.event(invalid_ack_event(state_));
    return step;
  }
  if (!in_window(view)) {
    view.event(out_of_window_event(state_, fin));
    return step;
  }
  return take(view);
}

TcpStep TcpSession::take(View& view) {
  TcpStep step;
  TcpHalf& from = view.from;
  if (view.tcp.flags & flag::kAck) take_ack(view);
  from.window = uint32_t{view.tcp.window} << from.window_scale;
  take_payload(view, view.tcp.seq, view.packet.payload, step);
  if (view.tcp.flags & flag::kFin) take_fin(view);
  return step;
}

void TcpSession::take_payload(View& view, uint32_t seq, Bytes payload, TcpStep& step) {
  TcpHalf& from = view.from;
  if (payload.empty()) return;
  int64_t begin = from.offset_of(seq);
  int64_t end = begin + static_cast<int64_t>(payload.size());
  if (end <= static_cast<int64_t>(from.acked) && !async_ && !view.options.inline_mode) {
    view.event(state_ == TcpState::kCloseWait ? PacketEvent::k_stream_closewait_pkt_before_last_ack
                                              : PacketEvent::k_stream_est_pkt_before_last_ack);
    view.event(PacketEvent::k_stream_pkt_spurious_retransmission);
  }
  if (begin < 0) {  // before the first byte: a keep-alive's one byte
    if (end <= 0) return;
    payload = payload.subspan(static_cast<size_t>(-begin));
    begin = 0;
  }
  if (from.fin_seen && end > static_cast<int64_t>(from.fin_at)) {
    // Nothing comes after FIN.
    if (begin >= static_cast<int64_t>(from.fin_at)) return;
    end = static_cast<int64_t>(from.fin_at);
    payload = payload.first(static_cast<size_t>(end - begin));
  }
  if (end > static_cast<int64_t>(from.next)) {
    from.next_seq += static_cast<uint32_t>(end - static_cast<int64_t>(from.next));
    from.next = static_cast<uint64_t>(end);
  }
  const uint64_t offset = static_cast<uint64_t>(begin);
  from.last_begin = offset;
  if (view.options.depth != 0 && offset + payload.size() > view.options.depth) {
    if (!from.depth_reached) view.event(PacketEvent::k_stream_reassembly_depth_reached);
    from.depth_reached = true;
    if (offset >= view.options.depth) return;
    payload = payload.first(static_cast<size_t>(view.options.depth - offset));
  }
  if (view.options.inline_mode) from.buffer.settle(from.buffer.end());
  const uint8_t outcome = from.buffer.insert(offset, payload, from.policy);
  step.added = (outcome & (StreamBuffer::kAdded | StreamBuffer::kRepeats)) != 0;
  if (outcome & StreamBuffer::kDiffers)
    view.event(PacketEvent::k_stream_reassembly_overlap_different_data);
  if ((outcome & StreamBuffer::kRepeats) && !(outcome & StreamBuffer::kAdded))
    view.event(PacketEvent::k_stream_pkt_retransmission);
  if (outcome & StreamBuffer::kBeforeSettled)
    view.event(PacketEvent::k_stream_reassembly_segment_before_base_seq);
  if (outcome & StreamBuffer::kNoRoom) view.event(PacketEvent::k_stream_reassembly_insert_limit);
}

void TcpSession::take_ack(View& view) {
  TcpHalf& to = view.to;
  if (!to.synced) return;
  const int64_t acked = to.offset_of(view.tcp.ack);
  if (acked <= static_cast<int64_t>(to.acked)) return;
  to.acked = static_cast<uint64_t>(acked);
  if (!to.fin_seen && to.acked > to.next) {
    to.next = to.acked;
    to.next_seq = view.tcp.ack;
  }
  to.buffer.settle(to.acked);
  if (!to.fin_seen || to.acked <= to.fin_at) return;
  switch (state_) {
    case TcpState::kFinWait1: return move_to(TcpState::kFinWait2, view.flow);
    case TcpState::kClosing: return move_to(TcpState::kTimeWait, view.flow);
    case TcpState::kLastAck:
    case TcpState::kTimeWait: return move_to(TcpState::kClosed, view.flow);
    default: return;
  }
}

void TcpSession::take_fin(View& view) {
  TcpHalf& from = view.from;
  const int64_t at =
      from.offset_of(view.tcp.seq) + static_cast<int64_t>(view.packet.payload.size());
  if (from.fin_seen || at < 0) return;
  from.fin_seen = true;
  from.fin_at = static_cast<uint64_t>(at);
  const bool from_server = view.direction == Direction::kToClient;
  const bool theirs_acked = view.to.fin_seen && view.to.acked > view.to.fin_at;
  switch (state_) {
    case TcpState::kEstablished:
    case TcpState::kSynReceived:
      return move_to(from_server ? TcpState::kFinWait1 : TcpState::kCloseWait, view.flow);
    case TcpState::kCloseWait: return move_to(TcpState::kLastAck, view.flow);
    case TcpState::kFinWait1:
      return move_to(theirs_acked ? TcpState::kTimeWait : TcpState::kClosing, view.flow);
    case TcpState::kFinWait2: return move_to(TcpState::kTimeWait, view.flow);
    default: return;
  }
}

}  // namespace picket::inspect::stream
