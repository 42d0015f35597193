// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/stream/tcp_session.h"

namespace picket::inspect::stream {

// A packet at hand and the halves it concerns, for the functions of TcpSession only.
struct TcpSession::View {
  packet::Packet& packet;
  const packet::TcpFields& tcp;
  Direction direction;
  PacketFlow& flow;
  const StreamOptions& options;
  TcpHalf& from;  // of who sent it
  TcpHalf& to;    // of who receives it

  void event(packet::PacketEvent what) { packet.add_event(what); }
};

constexpr uint32_t kWindowUnknown = 65535u << 14;

}  // namespace picket::inspect::stream
