// SPDX-License-Identifier: Apache-2.0
#include <netinet/tcp.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "kinds.h"

namespace picket::traffic {
namespace {

void connect_and_tell(std::string_view kind, const SocketAddress& to) {
  const int fd = open_socket(to.family(), SOCK_STREAM);
  connect_to(fd, to);
  send_text(fd, "hello");
  print(row_of_socket(kind, "tcp", "outbound", fd));
  ::close(fd);
}

void tcp4(const Peers& peers) { connect_and_tell("tcp4", socket_address(peers.v4, peers.port)); }

void tcp6(const Peers& peers) { connect_and_tell("tcp6", socket_address(peers.v6, peers.port)); }

// An IPv6 socket speaking IPv4.
void tcp_v4_mapped(const Peers& peers) {
  connect_and_tell("tcp_v4_mapped", socket_address("::ffff:" + peers.v4, peers.port));
}

void tcp_bound_first(const Peers& peers) {
  const int fd = open_socket(AF_INET, SOCK_STREAM);
  bind_to(fd, socket_address(peers.own_v4, 0));
  connect_to(fd, socket_address(peers.v4, peers.port));
  print(row_of_socket("tcp_bound_first", "tcp", "outbound", fd));
  ::close(fd);
}

// A connection that never came to be was still an attempt. Bound first: a refused socket forgets
// its port.
void tcp_refused(const Peers& peers) {
  const SocketAddress to = socket_address(peers.v4, peers.closed_port);
  const int fd = open_socket(AF_INET, SOCK_STREAM);
  bind_to(fd, socket_address(peers.own_v4, 0));
  Row row = row_of_socket("tcp_refused", "tcp", "outbound", fd, false);
  if (::connect(fd, to.get(), to.size) == 0 || errno != ECONNREFUSED) die("should be refused");
  row.remote = address_of(to);
  print(row);
  ::close(fd);
}

// Closed before the answer could come.
void tcp_abandoned(const Peers& peers) {
  const SocketAddress to = socket_address(peers.v6, peers.port);
  const int fd = open_socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK);
  bind_to(fd, socket_address(peers.own_v6, 0));
  Row row = row_of_socket("tcp_abandoned", "tcp", "outbound", fd, false);
  if (::connect(fd, to.get(), to.size) != 0 && errno != EINPROGRESS) die("connect");
  ::close(fd);
  row.remote = address_of(to);
  print(row);
}

// Twice: the first fetches the cookie, the second carries data in its SYN.
void tcp_fast_open(const Peers& peers) {
  const SocketAddress to = socket_address(peers.v4, peers.port);
  for (int round = 0; round < 2; ++round) {
    const int fd = open_socket(AF_INET, SOCK_STREAM);
    if (::sendto(fd, "early", 5, MSG_FASTOPEN, to.get(), to.size) < 0) die("MSG_FASTOPEN");
    set_flag(fd, IPPROTO_TCP, TCP_NODELAY);
    print(row_of_socket("tcp_fast_open", "tcp", "outbound", fd));
    ::close(fd);
  }
}

// The connecting thread has a name of its own; the process is still the one that owns it.
void tcp_from_thread(const Peers& peers) {
  std::thread worker([&] {
    ::prctl(PR_SET_NAME, "not-the-program");
    connect_and_tell("tcp_from_thread", socket_address(peers.v4, peers.port));
  });
  worker.join();
}

void tcp_as_other_user(const Peers& peers) {
  if (::setgid(65534) != 0 || ::setuid(65534) != 0) die("setuid");
  ::prctl(PR_SET_DUMPABLE, 1);  // so that row_of_self() may still read our own links
  connect_and_tell("tcp_as_other_user", socket_address(peers.v4, peers.port));
}

// Connects and closes: not a byte sent, not a question asked about the socket.
void tcp_silent(const Peers& peers) {
  const SocketAddress to = socket_address(peers.v4, peers.port);
  const int fd = open_socket(AF_INET, SOCK_STREAM);
  connect_to(fd, to);
  Row row = row_of_self("tcp_silent");
  row.transports = {"tcp"};
  row.directions = {"outbound"};
  row.local = local_address_unasked(fd, "tcp");
  row.remote = address_of(to);
  print(row);
  ::close(fd);
}

constexpr Kind kKinds[] = {
    {"tcp4", tcp4},
    {"tcp_silent", tcp_silent},
    {"tcp6", tcp6},
    {"tcp_v4_mapped", tcp_v4_mapped},
    {"tcp_bound_first", tcp_bound_first},
    {"tcp_refused", tcp_refused},
    {"tcp_abandoned", tcp_abandoned},
    {"tcp_fast_open", tcp_fast_open},
    {"tcp_from_thread", tcp_from_thread},
    {"tcp_as_other_user", tcp_as_other_user},
};

}  // namespace

std::span<const Kind> tcp_kinds() { return kKinds; }

}  // namespace picket::traffic
