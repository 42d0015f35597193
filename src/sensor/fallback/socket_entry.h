// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/address.h"
#include "event/observation.h"

namespace picket::sensor::fallback {

// Cookies made up for sockets that the kernel listed without one (/proc/net). Real cookies count up
// from 1 and never reach these bits.
constexpr uint64_t kInodeCookie = uint64_t{1} << 63;  // | inode
constexpr uint64_t kTupleCookie = uint64_t{1} << 62;  // | hash of the addresses

// One socket as the kernel listed it at one moment, whoever listed it (sock_diag or /proc/net).
struct SocketEntry {
  uint64_t cookie = 0;
  uint64_t inode = 0;  // 0: no file: waiting for accept, or closed by its process
  uint32_t uid = 0;
  uint64_t cgroup_id = 0;  // 0: not told
  uint32_t interface_index = 0;
  event::Transport transport = event::Transport::kTcp;
  uint16_t protocol = 0;  // as SocketSeen.protocol
  bool v6_socket = false;
  bool v6_only = false;
  event::FlowState state = event::FlowState::kUnknown;
  Endpoint local, remote;  // remote all zero: none
  // TCP only, from tcp_info: bytes are payload (each byte once, without headers; the peer's FIN may
  // count as one), packets are segments.
  event::FlowCounters counters;

  bool has_peer() const { return remote != Endpoint{}; }
};

}  // namespace picket::sensor::fallback
