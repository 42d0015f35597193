// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "truth.h"

// Sockets for generators. Every call either works or ends the process through die().
namespace picket::traffic {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
};

SocketAddress socket_address(std::string_view ip, uint16_t port);  // "::ffff:a.b.c.d" stays IPv6
Address address_of(const SocketAddress&);
Address local_address(int fd);
Address peer_address(int fd);
// The same as local_address(), read from /proc/net/`table` (tcp, udp) by the socket's inode:
// without a system call on the socket that a hook could see. IPv4 only.
Address local_address_unasked(int fd, std::string_view table);

int open_socket(int family, int type, int protocol = 0);
void connect_to(int fd, const SocketAddress&);
void bind_to(int fd, const SocketAddress&);
// TCP, bound to `ip` and a port the kernel picks.
int listen_on(std::string_view ip, int backlog = 128);
void send_text(int fd, std::string_view);
void send_text_to(int fd, std::string_view, const SocketAddress&);
// Waits for at least one byte, at most five seconds; how many came. 0: the peer closed.
size_t receive_some(int fd);
void set_flag(int fd, int level, int option, int value = 1);

uint16_t parse_port(std::string_view);
unsigned long parse_count(std::string_view);

}  // namespace picket::traffic
