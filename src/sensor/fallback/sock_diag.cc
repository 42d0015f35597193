// SPDX-License-Identifier: Apache-2.0
#include "sensor/fallback/sock_diag.h"

#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>

#include "base/counter.h"

namespace picket::sensor::fallback {
namespace {

Counter retried{"sensor.netlink.retried",
                "socket listings taken again: the table changed meanwhile"};
Counter incomplete{"sensor.netlink.incomplete", "socket listings that stayed incomplete"};
Counter truncated{"sensor.netlink.truncated", "listing replies cut off or lost for lack of buffer"};

bool means_unsupported(int error) {
  return error == ENOENT || error == EOPNOTSUPP || error == EPROTONOSUPPORT || error == EINVAL ||
         error == EAFNOSUPPORT || error == EPERM || error == EACCES;
}

}  // namespace

Result<UniqueFd> open_diag_socket() {
  UniqueFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!socket) {
    return system_failure("open a netlink socket to list sockets", errno,
                          "a seccomp filter or a kernel without CONFIG_INET_DIAG forbids it; "
                          "/proc/net is read instead");
  }
  return socket;
}

SockDiag::SockDiag(UniqueFd socket) : socket_(std::move(socket)), buffer_(kDatagramMax) {
  timeval timeout{.tv_sec = kReplyTimeoutMs / 1000, .tv_usec = 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
}

Result<void> SockDiag::send_request(const DiagQuery& query) {
  std::vector<uint8_t> request = encode_request(query, ++sequence_);
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  ssize_t sent;
  do {
    sent = ::sendto(socket_.get(), request.data(), request.size(), 0,
                    reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return system_failure("ask the kernel for its sockets");
  return {};
}

Result<SockDiag::Received> SockDiag::receive_all(const DiagQuery& query, size_t sockets_max,
                                                 std::vector<SocketEntry>& out) {
  Received received;
  while (true) {
    sockaddr_nl from{};
    iovec part{buffer_.data(), buffer_.size()};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    ssize_t length = ::recvmsg(socket_.get(), &message, 0);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == ENOBUFS) {  // a datagram was dropped; the rest still comes
      truncated.add();
      received.again = true;
      continue;
    }
    if (length < 0) return system_failure("read the kernel's list of sockets");
    if (from.nl_pid != 0) continue;  // not from the kernel
    if ((message.msg_flags & MSG_TRUNC) != 0) {
      truncated.add();
      received.again = true;
    }
    DiagReply reply = parse_reply(Bytes(buffer_.data(), static_cast<size_t>(length)), query,
                                  sequence_, sockets_max, out);
    if (reply.interrupted || reply.malformed) received.again = true;
    if (reply.done) {
      received.error = reply.error;
      return received;
    }
  }
}

Result<DumpOutcome> SockDiag::list(const DiagQuery& query, size_t sockets_max,
                                   std::vector<SocketEntry>& out) {
  size_t before = out.size();
  for (size_t attempt = 1;; ++attempt) {
    TRY(send_request(query));
    TRY_ASSIGN(Received received, receive_all(query, sockets_max, out));
    if (received.error != 0 && means_unsupported(received.error)) {
      return DumpOutcome{.supported = false, .complete = false};
    }
    if (!received.again && received.error == 0) {
      return DumpOutcome{.complete = out.size() < sockets_max};
    }
    if (attempt == kDumpTriesMax) {
      incomplete.add();
      return DumpOutcome{.complete = false};
    }
    retried.add();
    out.resize(before);
  }
}

}  // namespace picket::sensor::fallback
