// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "kinds.h"

namespace picket::traffic {
namespace {

void send_unconnected(std::string_view kind, const SocketAddress& to) {
  const int fd = open_socket(to.family(), SOCK_DGRAM);
  send_text_to(fd, "hello", to);
  Row row = row_of_socket(kind, "udp", "outbound", fd, false);
  row.remote = address_of(to);
  print(row);
  ::close(fd);
}

void udp4_unconnected(const Peers& peers) {
  send_unconnected("udp4_unconnected", socket_address(peers.v4, peers.port));
}

void udp6_unconnected(const Peers& peers) {
  send_unconnected("udp6_unconnected", socket_address(peers.v6, peers.port));
}

void udp_v4_mapped(const Peers& peers) {
  send_unconnected("udp_v4_mapped", socket_address("::ffff:" + peers.v4, peers.port));
}

void send_connected(std::string_view kind, const SocketAddress& to) {
  const int fd = open_socket(to.family(), SOCK_DGRAM);
  connect_to(fd, to);
  send_text(fd, "hello");
  print(row_of_socket(kind, "udp", "outbound", fd));
  ::close(fd);
}

void udp4_connected(const Peers& peers) {
  send_connected("udp4_connected", socket_address(peers.v4, peers.port));
}

void udp6_connected(const Peers& peers) {
  send_connected("udp6_connected", socket_address(peers.v6, peers.port));
}

// One socket, three peers: three conversations.
void udp_many_peers(const Peers& peers) {
  const int fd = open_socket(AF_INET, SOCK_DGRAM);
  for (const uint16_t port : {peers.port, peers.closed_port, uint16_t{53}}) {
    const SocketAddress to = socket_address(peers.v4, port);
    // The refusal of the one before may be told here once; it is not about this datagram.
    if (::sendto(fd, "hello", 5, 0, to.get(), to.size) < 0) send_text_to(fd, "hello", to);
    Row row = row_of_socket("udp_many_peers", "udp", "outbound", fd, false);
    row.remote = address_of(to);
    print(row);
  }
  ::close(fd);
}

// Two processes: one serves what the other asks, and answers.
void serve_one_datagram(std::string_view kind, const std::string& own) {
  const int server = open_socket(own.contains(':') ? AF_INET6 : AF_INET, SOCK_DGRAM);
  bind_to(server, socket_address(own, 0));
  const uint16_t port = local_address(server).port;
  const pid_t child = in_child([&] {
    ::close(server);
    const SocketAddress to = socket_address(own, port);
    const int fd = open_socket(to.family(), SOCK_DGRAM);
    send_text_to(fd, "question", to);
    if (receive_some(fd) == 0) die("no answer");
    Row row = row_of_socket(kind, "udp", "outbound", fd, false);
    row.remote = {own, port};
    print(row);
  });
  SocketAddress from;
  from.size = sizeof from.storage;
  char block[64];
  if (::recvfrom(server, block, sizeof block, 0, from.get(), &from.size) <= 0) die("recvfrom");
  send_text_to(server, "answer", from);
  Row row = row_of_socket(kind, "udp", "inbound", server, false);
  row.remote = address_of(from);
  print(row);
  wait_for(child);
  ::close(server);
}

void udp4_server(const Peers& peers) { serve_one_datagram("udp4_server", peers.own_v4); }
void udp6_server(const Peers& peers) { serve_one_datagram("udp6_server", peers.own_v6); }

// Bound and waiting, nobody called.
void udp_bound_only(const Peers& peers) {
  const int fd = open_socket(AF_INET, SOCK_DGRAM);
  bind_to(fd, socket_address(peers.own_v4, 0));
  print(row_of_socket("udp_bound_only", "udp", "listening", fd, false));
  ::close(fd);
}

// One datagram, and not a question asked about the socket.
void udp_silent(const Peers& peers) {
  const SocketAddress to = socket_address(peers.v4, peers.port);
  const int fd = open_socket(AF_INET, SOCK_DGRAM);
  send_text_to(fd, "hello", to);
  Row row = row_of_self("udp_silent");
  row.transports = {"udp"};
  row.directions = {"outbound"};
  row.local = local_address_unasked(fd, "udp");
  row.remote = address_of(to);
  print(row);
  ::close(fd);
}

constexpr Kind kKinds[] = {
    {"udp_silent", udp_silent},
    {"udp4_unconnected", udp4_unconnected},
    {"udp6_unconnected", udp6_unconnected},
    {"udp_v4_mapped", udp_v4_mapped},
    {"udp4_connected", udp4_connected},
    {"udp6_connected", udp6_connected},
    {"udp_many_peers", udp_many_peers},
    {"udp4_server", udp4_server},
    {"udp6_server", udp6_server},
    {"udp_bound_only", udp_bound_only},
};

}  // namespace

std::span<const Kind> datagram_kinds() { return kKinds; }

}  // namespace picket::traffic
