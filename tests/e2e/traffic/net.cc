// SPDX-License-Identifier: Apache-2.0
#include "net.h"

#include <arpa/inet.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>

namespace picket::traffic {

SocketAddress socket_address(std::string_view ip, uint16_t port) {
  const std::string text(ip);
  SocketAddress address;
  if (text.find(':') == std::string::npos) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    address.size = sizeof *v4;
    if (::inet_pton(AF_INET, text.c_str(), &v4->sin_addr) != 1) die(text);
  } else {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    address.size = sizeof *v6;
    if (::inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) != 1) die(text);
  }
  return address;
}

Address address_of(const SocketAddress& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.family() == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address.storage);
    ::inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
    return {text, ntohs(v4->sin_port)};
  }
  if (address.family() != AF_INET6) return {};
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address.storage);
  if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
    ::inet_ntop(AF_INET, v6->sin6_addr.s6_addr + 12, text, sizeof text);
  else
    ::inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
  return {text, ntohs(v6->sin6_port)};
}

Address local_address(int fd) {
  SocketAddress address;
  address.size = sizeof address.storage;
  if (::getsockname(fd, address.get(), &address.size) != 0) die("getsockname");
  return address_of(address);
}

Address local_address_unasked(int fd, std::string_view table) {
  struct stat socket {};
  if (::fstat(fd, &socket) != 0) die("fstat");
  std::ifstream rows("/proc/self/net/" + std::string(table));
  std::string line, slot, local, word;
  while (std::getline(rows, line)) {
    // sl local rem st queues tr:when retrnsmt uid timeout inode
    std::istringstream fields(line);
    fields >> slot >> local;
    for (int field = 2; field < 10; ++field) fields >> word;
    if (word != std::to_string(socket.st_ino)) continue;
    in_addr ip{};
    uint16_t port = 0;
    std::from_chars(local.data(), local.data() + 8, ip.s_addr, 16);
    std::from_chars(local.data() + 9, local.data() + local.size(), port, 16);
    char text[INET_ADDRSTRLEN] = "";
    ::inet_ntop(AF_INET, &ip, text, sizeof text);
    return {text, port};
  }
  errno = ENOENT;
  die("the socket in /proc/net");
}

Address peer_address(int fd) {
  SocketAddress address;
  address.size = sizeof address.storage;
  if (::getpeername(fd, address.get(), &address.size) != 0) die("getpeername");
  return address_of(address);
}

int open_socket(int family, int type, int protocol) {
  const int fd = ::socket(family, type | SOCK_CLOEXEC, protocol);
  if (fd < 0) die("socket");
  const timeval patience{5, 0};  // nothing here waits for ever
  if (::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0)
    die("SO_RCVTIMEO");
  return fd;
}

void connect_to(int fd, const SocketAddress& to) {
  if (::connect(fd, to.get(), to.size) != 0) die("connect");
}

void bind_to(int fd, const SocketAddress& to) {
  if (::bind(fd, to.get(), to.size) != 0) die("bind");
}

int listen_on(std::string_view ip, int backlog) {
  const SocketAddress address = socket_address(ip, 0);
  const int fd = open_socket(address.family(), SOCK_STREAM);
  bind_to(fd, address);
  if (::listen(fd, backlog) != 0) die("listen");
  return fd;
}

void send_text(int fd, std::string_view text) {
  if (::send(fd, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size()))
    die("send");
}

void send_text_to(int fd, std::string_view text, const SocketAddress& to) {
  if (::sendto(fd, text.data(), text.size(), 0, to.get(), to.size) !=
      static_cast<ssize_t>(text.size()))
    die("sendto");
}

size_t receive_some(int fd) {
  char block[2048];
  const ssize_t got = ::recv(fd, block, sizeof block, 0);
  if (got < 0) die("recv");
  return static_cast<size_t>(got);
}

void set_flag(int fd, int level, int option, int value) {
  if (::setsockopt(fd, level, option, &value, sizeof value) != 0) die("setsockopt");
}

unsigned long parse_count(std::string_view text) {
  unsigned long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    errno = EINVAL;
    die(text);
  }
  return number;
}

uint16_t parse_port(std::string_view text) {
  const unsigned long number = parse_count(text);
  if (number > 65535) {
    errno = ERANGE;
    die(text);
  }
  return static_cast<uint16_t>(number);
}

}  // namespace picket::traffic
