// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <dirent.h>
#include <fcntl.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstring>
#include <utility>
#include <vector>

#include "app/warden/message_socket.h"
#include "app/warden/protocol.h"

// For tests of the warden: requests as bytes, socket pairs, and who has how many descriptors open.
namespace picket::app::warden {

inline std::vector<uint8_t> bytes_of(const Request& request) {
  std::vector<uint8_t> bytes(sizeof request);
  std::memcpy(bytes.data(), &request, sizeof request);
  return bytes;
}

inline Message message_of(std::vector<uint8_t> bytes) {
  Message message;
  message.bytes = std::move(bytes);
  return message;
}

inline Message message_of(Ask ask, uint64_t a = 0, uint64_t b = 0) {
  Request request;
  request.ask = ask;
  request.sequence = 7;
  request.a = a;
  request.b = b;
  return message_of(bytes_of(request));
}

inline std::pair<UniqueFd, UniqueFd> seqpacket_pair() {
  int pair[2] = {-1, -1};
  (void)socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
  return {UniqueFd(pair[0]), UniqueFd(pair[1])};
}

inline UniqueFd some_descriptor() { return UniqueFd(open("/dev/null", O_RDONLY | O_CLOEXEC)); }

// Sends the bytes with `count` descriptors beside them, as no honest agent would.
inline bool send_with_descriptors(int socket, const std::vector<uint8_t>& bytes, size_t count) {
  const UniqueFd null = some_descriptor();
  const std::vector<int> descriptors(count, null.get());
  std::vector<std::byte> control(CMSG_SPACE(sizeof(int) * count));
  iovec part{const_cast<uint8_t*>(bytes.data()), bytes.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  cmsghdr* item = CMSG_FIRSTHDR(&header);
  item->cmsg_level = SOL_SOCKET;
  item->cmsg_type = SCM_RIGHTS;
  item->cmsg_len = CMSG_LEN(sizeof(int) * count);
  std::memcpy(CMSG_DATA(item), descriptors.data(), sizeof(int) * count);
  return sendmsg(socket, &header, MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

inline size_t open_descriptors() {
  size_t count = 0;
  DIR* directory = opendir("/proc/self/fd");
  while (directory && readdir(directory)) ++count;
  if (directory) closedir(directory);
  return count;
}

}  // namespace picket::app::warden
