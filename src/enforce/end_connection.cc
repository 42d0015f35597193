// SPDX-License-Identifier: Apache-2.0
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

#include "enforce/firewall.h"

namespace picket::enforce {
namespace {

constexpr int kReplyTimeoutS = 2;

// Addresses as sock_diag takes them: IPv4 in the first word.
void put_address(const uint8_t (&mapped)[16], uint16_t family, __be32 (&out)[4]) {
  if (family == AF_INET)
    std::memcpy(out, mapped + 12, 4);
  else
    std::memcpy(out, mapped, 16);
}

}  // namespace

Result<UniqueFd> open_ending_socket() {
  UniqueFd made(socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!made) return system_failure("open a socket to end connections with");
  const timeval patience{kReplyTimeoutS, 0};
  setsockopt(made.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return made;
}

Result<bool> end_connection(int netlink, const pf_denied& connection) {
  struct {
    nlmsghdr header;
    inet_diag_req_v2 request;
  } message{};
  message.header.nlmsg_len = sizeof message;
  message.header.nlmsg_type = SOCK_DESTROY;
  message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  message.request.sdiag_family = static_cast<uint8_t>(connection.family);
  message.request.sdiag_protocol = IPPROTO_TCP;
  message.request.idiag_states = ~0u;
  message.request.id.idiag_sport = htons(connection.local_port);
  message.request.id.idiag_dport = htons(connection.remote_port);
  put_address(connection.local, connection.family, message.request.id.idiag_src);
  put_address(connection.remote, connection.family, message.request.id.idiag_dst);
  message.request.id.idiag_cookie[0] = static_cast<uint32_t>(connection.cookie);
  message.request.id.idiag_cookie[1] = static_cast<uint32_t>(connection.cookie >> 32);
  if (send(netlink, &message, sizeof message, 0) < 0)
    return system_failure("ask for the end of a connection");
  struct {
    nlmsghdr header;
    nlmsgerr error;
    inet_diag_req_v2 request;
  } reply{};
  const ssize_t length = recv(netlink, &reply, sizeof reply, MSG_TRUNC);
  if (length < static_cast<ssize_t>(sizeof reply.header + sizeof reply.error.error))
    return system_failure("learn of the end of a connection", length < 0 ? errno : EPROTO);
  if (reply.header.nlmsg_type != NLMSG_ERROR || reply.error.error == 0) return true;
  if (reply.error.error == -ENOENT) return false;
  return system_failure("end a connection", -reply.error.error);
}

}  // namespace picket::enforce
