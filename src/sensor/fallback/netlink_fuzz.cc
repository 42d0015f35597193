// SPDX-License-Identifier: Apache-2.0
// The kernel's socket listings. First byte: which listing was asked for; the rest: one datagram
// (the corpus' are answers to sequence number 7).
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>

#include "sensor/fallback/netlink_message.h"

using namespace picket;
using namespace picket::sensor::fallback;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kSocketsMax = 8;
  const DiagQuery kQueries[] = {{AF_INET, IPPROTO_TCP, event::Transport::kTcp},
                                {AF_INET6, IPPROTO_TCP, event::Transport::kTcp},
                                {AF_INET, IPPROTO_UDP, event::Transport::kUdp},
                                {AF_PACKET, 0, event::Transport::kPacket},
                                {AF_INET6, IPPROTO_RAW, event::Transport::kRaw},
                                {AF_INET, IPPROTO_SCTP, event::Transport::kOther}};
  if (size == 0) return 0;
  std::vector<SocketEntry> entries;
  const DiagQuery& query = kQueries[data[0] % std::size(kQueries)];
  DiagReply reply = parse_reply(Bytes(data + 1, size - 1), query, 7, kSocketsMax, entries);
  if (entries.size() > kSocketsMax || (reply.error != 0 && !reply.done)) std::abort();
  for (const SocketEntry& entry : entries) {
    if (entry.transport != query.transport) std::abort();
  }
  return 0;
}
