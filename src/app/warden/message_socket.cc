// SPDX-License-Identifier: Apache-2.0
#include "app/warden/message_socket.h"

#include <poll.h>
#include <sys/socket.h>

#include <cstring>

#include "app/warden/protocol.h"

namespace picket::app::warden {
namespace {

// Room for one more than allowed, so that a message with too many is seen as such.
constexpr size_t kControlBytes = CMSG_SPACE(sizeof(int) * (kDescriptorsMax + 1));

// recvmsg() says 0 for an empty message as well as for the end.
bool other_side_is_gone(int socket) {
  pollfd state{socket, POLLRDHUP, 0};
  return poll(&state, 1, 0) != 0;
}

}  // namespace

Result<Message> receive_message(int socket, size_t bytes_max, size_t descriptors_max) {
  Message message;
  message.bytes.resize(bytes_max);
  iovec part{message.bytes.data(), message.bytes.size()};
  alignas(cmsghdr) char control[kControlBytes];
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  ssize_t got;
  do got = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  if (got < 0) return system_failure("receive from the other process");
  for (cmsghdr* item = CMSG_FIRSTHDR(&header); item; item = CMSG_NXTHDR(&header, item)) {
    if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (item->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int fd;
      std::memcpy(&fd, CMSG_DATA(item) + i * sizeof fd, sizeof fd);
      UniqueFd owned(fd);
      if (message.descriptors.size() < descriptors_max)
        message.descriptors.push_back(std::move(owned));
      else
        message.whole = false;
    }
  }
  if (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) message.whole = false;
  message.closed = got == 0 && other_side_is_gone(socket);
  message.bytes.resize(static_cast<size_t>(got));
  return message;
}

Result<void> send_message(int socket, std::span<const Bytes> parts,
                          std::span<const int> descriptors, Wait wait) {
  if (descriptors.size() > kDescriptorsMax) return failure("too many descriptors for one message");
  std::vector<iovec> vectors;
  for (const Bytes& part : parts)
    vectors.push_back({const_cast<uint8_t*>(part.data()), part.size()});
  msghdr header{};
  header.msg_iov = vectors.data();
  header.msg_iovlen = vectors.size();
  alignas(cmsghdr) char control[kControlBytes] = {};
  if (!descriptors.empty()) {
    header.msg_control = control;
    header.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* item = CMSG_FIRSTHDR(&header);
    item->cmsg_level = SOL_SOCKET;
    item->cmsg_type = SCM_RIGHTS;
    item->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(item), descriptors.data(), descriptors.size_bytes());
  }
  ssize_t sent;
  const int flags = MSG_NOSIGNAL | (wait == Wait::kNo ? MSG_DONTWAIT : 0);
  do sent = sendmsg(socket, &header, flags);
  while (sent < 0 && errno == EINTR);
  if (sent < 0) return system_failure("send to the other process");
  return {};
}

}  // namespace picket::app::warden
