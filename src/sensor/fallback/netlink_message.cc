// SPDX-License-Identifier: Apache-2.0
#include "sensor/fallback/netlink_message.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/packet_diag.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

#include "base/counter.h"

namespace picket::sensor::fallback {
namespace {

using event::FlowState;
using event::Transport;

Counter malformed_replies{"sensor.netlink.malformed",
                          "listing replies with lengths that cannot be"};
Counter sockets_over_limit{"sensor.netlink.sockets_over_limit",
                           "sockets not listed because there are more than picket keeps"};

constexpr size_t aligned(size_t length) { return (length + 3) & ~size_t{3}; }

// Copies as much of a kernel structure as there is; kernels of other ages know shorter or longer
// ones. How many bytes that was.
template <typename T>
size_t copy_front(Bytes bytes, T& structure) {
  size_t length = std::min(bytes.size(), sizeof(T));
  std::memcpy(&structure, bytes.data(), length);
  return length;
}

template <typename T>
bool read_whole(ByteReader& reader, T& structure) {
  Bytes bytes = reader.take(sizeof(T));
  return !reader.failed() && copy_front(bytes, structure) == sizeof(T);
}

// Calls visit(type, payload) for each attribute. False when a length is impossible.
template <typename Visit>
bool visit_attributes(ByteReader& reader, Visit visit) {
  while (reader.remaining() >= sizeof(nlattr)) {
    nlattr header{};
    read_whole(reader, header);
    if (header.nla_len < sizeof header || header.nla_len - sizeof header > reader.remaining()) {
      return false;
    }
    Bytes payload = reader.take(header.nla_len - sizeof header);
    visit(header.nla_type & NLA_TYPE_MASK, payload);
    reader.skip(std::min(aligned(header.nla_len) - header.nla_len, reader.remaining()));
  }
  return true;
}

Endpoint endpoint(bool v6, const uint32_t (&words)[4], uint16_t network_port) {
  uint8_t bytes[16];
  std::memcpy(bytes, words, sizeof bytes);
  Endpoint point;
  if (v6) {
    point.address = IpAddress::v6_bytes(bytes);
  } else {
    point.address = IpAddress::v4_bytes({bytes[0], bytes[1], bytes[2], bytes[3]});
  }
  point.port = ntohs(network_port);
  return point;
}

void read_tcp_info(Bytes payload, SocketEntry& entry) {
  tcp_info info{};
  size_t length = copy_front(payload, info);
  if (length < offsetof(tcp_info, tcpi_segs_in) + sizeof info.tcpi_segs_in) return;  // before 4.2
  if (entry.state == FlowState::kListen) return;  // there they mean the queue
  event::FlowCounters& counters = entry.counters;
  counters.known = true;
  counters.bytes_in = info.tcpi_bytes_received;
  bool has_sent = length >= offsetof(tcp_info, tcpi_bytes_retrans) + sizeof info.tcpi_bytes_retrans;
  counters.bytes_out = has_sent && info.tcpi_bytes_sent >= info.tcpi_bytes_retrans
                           ? info.tcpi_bytes_sent - info.tcpi_bytes_retrans
                           : info.tcpi_bytes_acked;
  counters.packets_in = info.tcpi_segs_in;
  counters.packets_out = info.tcpi_segs_out;
  counters.rtt_us = info.tcpi_rtt;
  counters.retransmits = info.tcpi_total_retrans;
}

void read_inet_attribute(int type, Bytes payload, SocketEntry& entry) {
  if (type == INET_DIAG_INFO && entry.transport == Transport::kTcp) {
    read_tcp_info(payload, entry);
  } else if (type == INET_DIAG_CGROUP_ID) {
    copy_front(payload, entry.cgroup_id);
  } else if (type == INET_DIAG_SKV6ONLY && !payload.empty()) {
    entry.v6_only = payload[0] != 0;
  } else if (type == INET_DIAG_PROTOCOL && !payload.empty() && entry.transport == Transport::kRaw) {
    entry.protocol = payload[0];
  }
}

// A raw socket's "port" is its protocol number: no port at all.
void settle_raw(SocketEntry& entry) {
  if (entry.protocol == 0) entry.protocol = entry.local.port;
  entry.local.port = 0;
  entry.remote.port = 0;
}

bool parse_inet(ByteReader reader, const DiagQuery& query, SocketEntry& entry) {
  inet_diag_msg message{};
  if (!read_whole(reader, message)) return false;
  bool v6 = message.idiag_family == AF_INET6;
  if (!v6 && message.idiag_family != AF_INET) return false;
  entry.v6_socket = v6;
  entry.inode = message.idiag_inode;
  entry.uid = message.idiag_uid;
  entry.cookie = uint64_t{message.id.idiag_cookie[1]} << 32 | message.id.idiag_cookie[0];
  entry.interface_index = message.id.idiag_if;
  entry.protocol = query.transport == Transport::kRaw ? 0 : query.protocol;
  entry.local = endpoint(v6, message.id.idiag_src, message.id.idiag_sport);
  entry.remote = endpoint(v6, message.id.idiag_dst, message.id.idiag_dport);
  entry.state =
      query.transport == Transport::kTcp ? tcp_state(message.idiag_state) : FlowState::kOpen;
  bool sane = visit_attributes(
      reader, [&](int type, Bytes payload) { read_inet_attribute(type, payload, entry); });
  if (query.transport == Transport::kRaw) settle_raw(entry);
  if (entry.remote.address.is_unspecified() && entry.remote.port == 0) entry.remote = {};
  return sane;
}

bool parse_packet(ByteReader reader, SocketEntry& entry) {
  packet_diag_msg message{};
  if (!read_whole(reader, message) || message.pdiag_family != AF_PACKET) return false;
  entry.inode = message.pdiag_ino;
  entry.cookie = uint64_t{message.pdiag_cookie[1]} << 32 | message.pdiag_cookie[0];
  entry.protocol = message.pdiag_num;
  entry.state = FlowState::kOpen;
  return visit_attributes(reader, [&](int type, Bytes payload) {
    if (type == PACKET_DIAG_UID) {
      copy_front(payload, entry.uid);
    } else if (type == PACKET_DIAG_INFO) {
      packet_diag_info info{};
      copy_front(payload, info);
      entry.interface_index = info.pdi_index;
    }
  });
}

void read_socket(ByteReader body, const DiagQuery& query, size_t sockets_max,
                 std::vector<SocketEntry>& out, DiagReply& reply) {
  SocketEntry entry;
  entry.transport = query.transport;
  bool sane =
      query.family == AF_PACKET ? parse_packet(body, entry) : parse_inet(body, query, entry);
  if (!sane) {
    malformed_replies.add();
    reply.malformed = true;
  } else if (out.size() >= sockets_max) {
    sockets_over_limit.add();
  } else {
    out.push_back(entry);
  }
}

template <typename T>
std::vector<uint8_t> encode(const T& body, uint32_t sequence) {
  nlmsghdr header{};
  header.nlmsg_len = sizeof header + sizeof body;
  header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  header.nlmsg_seq = sequence;
  std::vector<uint8_t> bytes(header.nlmsg_len);
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + sizeof header, &body, sizeof body);
  return bytes;
}

}  // namespace

FlowState tcp_state(uint8_t number) {
  constexpr FlowState kStates[] = {
      FlowState::kUnknown,     FlowState::kEstablished, FlowState::kSynSent,
      FlowState::kSynReceived, FlowState::kFinWait1,    FlowState::kFinWait2,
      FlowState::kTimeWait,    FlowState::kClosed,      FlowState::kCloseWait,
      FlowState::kLastAck,     FlowState::kListen,      FlowState::kClosing,
      FlowState::kSynReceived,  // TCP_NEW_SYN_RECV
      FlowState::kClosed,       // TCP_BOUND_INACTIVE: bound, neither listening nor connected
  };
  return number < std::size(kStates) ? kStates[number] : FlowState::kUnknown;
}

std::vector<uint8_t> encode_request(const DiagQuery& query, uint32_t sequence) {
  if (query.family == AF_PACKET) {
    packet_diag_req request{};
    request.sdiag_family = AF_PACKET;
    request.pdiag_show = PACKET_SHOW_INFO;
    return encode(request, sequence);
  }
  inet_diag_req_v2 request{};
  request.sdiag_family = query.family;
  request.sdiag_protocol = query.protocol;
  request.idiag_states = ~uint32_t{0};
  request.idiag_ext = query.transport == Transport::kTcp ? 1 << (INET_DIAG_INFO - 1) : 0;
  return encode(request, sequence);
}

DiagReply parse_reply(Bytes datagram, const DiagQuery& query, uint32_t sequence, size_t sockets_max,
                      std::vector<SocketEntry>& out) {
  DiagReply reply;
  ByteReader reader(datagram);
  while (reader.remaining() > 0 && !reply.done) {
    nlmsghdr header{};
    if (!read_whole(reader, header) || header.nlmsg_len < sizeof header ||
        header.nlmsg_len - sizeof header > reader.remaining()) {
      malformed_replies.add();
      reply.malformed = true;
      return reply;
    }
    ByteReader body(reader.take(header.nlmsg_len - sizeof header));
    reader.skip(std::min(aligned(header.nlmsg_len) - header.nlmsg_len, reader.remaining()));
    if (header.nlmsg_seq != sequence) continue;
    if ((header.nlmsg_flags & NLM_F_DUMP_INTR) != 0) reply.interrupted = true;
    if (header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR) {
      int32_t code = 0;  // first field of nlmsgerr, and of a failed listing's end
      if (body.remaining() >= sizeof code) read_whole(body, code);
      reply.error = code < 0 && code > -4096 ? -code : 0;
      reply.done = true;
    } else if (header.nlmsg_type == SOCK_DIAG_BY_FAMILY) {
      read_socket(body, query, sockets_max, out, reply);
    }
  }
  return reply;
}

}  // namespace picket::sensor::fallback
