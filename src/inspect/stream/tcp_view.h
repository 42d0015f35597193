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

// An answer to a SYN with a timestamp brings that back (RFC 7323 3.2), or that of a SYN sent
// shortly before, or zero; a forged one does not know it.
template <typename View>
bool echoes_timestamp(const View& view) {
  constexpr uint32_t kTicksMax = 600'000;
  if (!view.tcp.has_timestamp || view.tcp.timestamp_echo == 0) return true;
  if (!view.to.has_timestamp || view.to.timestamp == 0) return true;
  return view.to.timestamp - view.tcp.timestamp_echo <= kTicksMax;
}

constexpr uint32_t kWindowUnknown = 65535u << 14;

}  // namespace picket::inspect::stream
