// SPDX-License-Identifier: Apache-2.0
// TcpSession and what interrupts it: RST, SYN and SYN/ACK that come again.
#include <algorithm>

#include "inspect/stream/tcp_session.h"
#include "inspect/stream/tcp_view.h"

namespace picket::inspect::stream {
namespace {

using packet::PacketEvent;
namespace flag = packet::tcp_flag;

// Whether a receiver of that kind would take a RST at `offset` for true.
bool reset_taken(OverlapPolicy policy, int64_t offset, size_t payload, const TcpHalf& from,
                 const TcpHalf& to) {
  const int64_t next = static_cast<int64_t>(from.next), acked = static_cast<int64_t>(from.acked);
  switch (policy) {
    case OverlapPolicy::kHpux11: return offset >= next;
    case OverlapPolicy::kLinux:
    case OverlapPolicy::kOldLinux:
    case OverlapPolicy::kSolaris:
      return offset + static_cast<int64_t>(payload) >= acked && offset <= next + int64_t{to.window};
    default:
      // Exactly next, also counting a FIN; packets lost here may have moved it on.
      return offset == next || offset == next + (from.fin_seen ? 1 : 0) ||
             (offset >= acked && offset <= next);
  }
}

}  // namespace

TcpStep TcpSession::on_reset(View& view) {
  TcpStep step;
  step.valid = false;
  if (state_ == TcpState::kClosed) {
    step.valid = true;
    return step;
  }
  if (state_ == TcpState::kSynSent) {
    if (!view.from.syn_seen && !echoes_timestamp(view)) {
      view.event(PacketEvent::k_stream_pkt_invalid_timestamp);
      return step;
    }
    // The caller has no connection yet that it could reset. The other side refuses the call; that
    // acknowledges the SYN.
    step.harmless = view.from.syn_seen;
    if (step.harmless || ((view.tcp.flags & flag::kAck) && view.to.offset_of(view.tcp.ack) < 0))
      return step;
  } else if (view.from.synced && !midstream_) {
    if ((view.tcp.flags & flag::kAck) && !ack_valid(view)) {
      view.event(PacketEvent::k_stream_pkt_invalid_ack);
      view.event(PacketEvent::k_stream_rst_invalid_ack);
      return step;
    }
    if (!reset_taken(view.from.policy, view.from.offset_of(view.tcp.seq),
                     view.packet.payload.size(), view.from, view.to))
      return step;
  }
  if (!view.packet.payload.empty()) view.event(PacketEvent::k_stream_rst_with_data);
  if (view.tcp.flags & flag::kAck) take_ack(view);
  view.from.rst_seen = true;
  before_reset_ = state_;
  move_to(TcpState::kClosed, view.flow);
  step.valid = true;
  return step;
}

TcpStep TcpSession::after_reset(View& view) {
  TcpStep step;
  step.valid = false;
  // Who reset the connection goes on as if nothing had been: somebody else sent the RST.
  if (!view.from.rst_seen || before_reset_ < TcpState::kEstablished || !ack_valid(view) ||
      !in_window(view))
    return step;
  view.event(PacketEvent::k_stream_suspected_rst_inject);
  view.from.rst_seen = false;
  move_to(before_reset_, view.flow);
  return in_session(view);
}

TcpStep TcpSession::on_syn_again(View& view) {
  TcpStep step;
  step.valid = false;
  const bool to_client = view.direction == Direction::kToClient;
  const bool same = view.from.synced && view.tcp.seq == view.from.isn;
  switch (state_) {
    case TcpState::kSynReceived:
      if (to_client) {
        view.event(PacketEvent::k_stream_3whs_syn_toclient_on_syn_recv);
      } else if (!same) {
        view.event(PacketEvent::k_stream_3whs_syn_resend_diff_seq_on_syn_recv);
      } else {
        step.valid = true;
      }
      return step;
    case TcpState::kEstablished:
      if (to_client) {
        view.event(PacketEvent::k_stream_est_syn_toclient);
      } else if (!same) {
        view.event(PacketEvent::k_stream_est_syn_resend_diff_seq);
      } else {
        view.event(PacketEvent::k_stream_est_syn_resend);
        step.valid = true;
      }
      return step;
    case TcpState::kLastAck:
    case TcpState::kTimeWait:
    case TcpState::kClosed:
      if (!same || view.from.rst_seen || view.to.rst_seen) {
        step.reuse = true;
        return step;
      }
      [[fallthrough]];
    default: view.event(PacketEvent::k_stream_shutdown_syn_resend); return step;
  }
}

TcpStep TcpSession::on_syn_ack_again(View& view) {
  TcpStep step;
  step.valid = false;
  const bool to_server = view.direction == Direction::kToServer;
  const bool same_seq = view.from.synced && view.tcp.seq == view.from.isn;
  if (state_ == TcpState::kSynReceived) {
    if (to_server && !view.from.syn_seen) {
      view.event(PacketEvent::k_stream_3whs_synack_toserver_on_syn_recv);
      return step;
    }
    if (view.to.synced && view.tcp.ack != view.to.next_seq) {
      view.event(PacketEvent::k_stream_3whs_synack_resend_with_diff_ack);
      return step;
    }
    step.valid = true;
    both_called_ = false;
    if (same_seq) return step;
    view.event(PacketEvent::k_stream_3whs_synack_resend_with_diff_seq);
    if (synacks_.size() >= std::min<size_t>(kSynAcksMax, view.options.synack_queued_max)) {
      view.event(PacketEvent::k_stream_3whs_synack_flood);
      step.valid = false;
      return step;
    }
    synacks_.push_back({view.tcp.seq, view.tcp.window, view.tcp});
    return step;
  }
  if (state_ != TcpState::kEstablished) return step;
  if (to_server)
    view.event(PacketEvent::k_stream_est_synack_toserver);
  else if (!same_seq)
    view.event(PacketEvent::k_stream_est_synack_resend_with_diff_seq);
  else
    view.event(PacketEvent::k_stream_est_synack_resend);
  step.valid = same_seq && !to_server;
  return step;
}

}  // namespace picket::inspect::stream
