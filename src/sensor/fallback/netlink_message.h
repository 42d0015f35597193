// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/byte_reader.h"
#include "sensor/fallback/socket_entry.h"

// Requests to and replies of the kernel's socket listing: sock_diag(7), linux/inet_diag.h,
// linux/packet_diag.h. Pure functions over bytes; numbers are in host order as netlink has them.
// Nothing read here is trusted to be long enough. Safe from any thread.
namespace picket::sensor::fallback {

// One listing: all sockets of one family and protocol.
struct DiagQuery {
  uint8_t family = 0;    // AF_INET, AF_INET6, AF_PACKET
  uint8_t protocol = 0;  // IPPROTO_*; 0 for AF_PACKET
  event::Transport transport = event::Transport::kTcp;
};

std::vector<uint8_t> encode_request(const DiagQuery& query, uint32_t sequence);

struct DiagReply {
  bool done = false;         // the listing ended with this datagram
  bool interrupted = false;  // the kernel says that its table changed while it was read out
  bool malformed = false;    // a length that cannot be; what came before it was kept
  int error = 0;             // errno the kernel answered with
};

// Reads one datagram; appends its sockets to `out` up to `sockets_max` in all (those past it are
// dropped and counted in sensor.netlink.sockets_over_limit). Messages of another sequence number
// are left-overs of an earlier request and skipped.
DiagReply parse_reply(Bytes datagram, const DiagQuery& query, uint32_t sequence, size_t sockets_max,
                      std::vector<SocketEntry>& out);

// TCP's state numbers (include/net/tcp_states.h) as the kernel reports them.
event::FlowState tcp_state(uint8_t number);

}  // namespace picket::sensor::fallback
