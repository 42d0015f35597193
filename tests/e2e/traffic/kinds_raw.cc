// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "kinds.h"

namespace picket::traffic {
namespace {

// Sockets below TCP and UDP have no ports to be recognised by: the process itself is the key.
Row row_without_ports(std::string_view kind, std::vector<std::string> transports) {
  Row row = row_of_self(kind);
  row.transports = std::move(transports);
  row.directions = {"outbound"};
  return row;
}

uint16_t internet_checksum(const void* data, size_t size) {
  uint32_t sum = 0;
  const auto* bytes = static_cast<const unsigned char*>(data);
  for (size_t i = 0; i + 1 < size; i += 2) sum += bytes[i] << 8 | bytes[i + 1];
  if (size % 2) sum += bytes[size - 1] << 8;
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return htons(static_cast<uint16_t>(~sum));
}

icmphdr echo_request() {
  icmphdr echo{};
  echo.type = ICMP_ECHO;
  echo.un.echo.id = htons(0x7069);
  echo.un.echo.sequence = htons(1);
  echo.checksum = internet_checksum(&echo, sizeof echo);
  return echo;
}

void send_bytes(int fd, const void* data, size_t size, const SocketAddress& to) {
  send_text_to(fd, {static_cast<const char*>(data), size}, to);
}

void ping4(const Peers& peers) {
  const int fd = open_socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
  const icmphdr echo = echo_request();
  send_bytes(fd, &echo, sizeof echo, socket_address(peers.v4, 0));
  if (receive_some(fd) == 0) die("no echo");
  Row row = row_without_ports("ping4", {"icmp"});
  row.remote = {peers.v4, 0};
  print(row);
  ::close(fd);
}

void ping6(const Peers& peers) {
  const int fd = open_socket(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6);
  icmp6_hdr echo{};
  echo.icmp6_type = ICMP6_ECHO_REQUEST;
  send_bytes(fd, &echo, sizeof echo, socket_address(peers.v6, 0));
  if (receive_some(fd) == 0) die("no echo");
  Row row = row_without_ports("ping6", {"icmp"});
  row.remote = {peers.v6, 0};
  print(row);
  ::close(fd);
}

void raw_icmp(const Peers& peers) {
  const int fd = open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
  const icmphdr echo = echo_request();
  send_bytes(fd, &echo, sizeof echo, socket_address(peers.v4, 0));
  if (receive_some(fd) == 0) die("no echo");
  Row row = row_without_ports("raw_icmp", {"raw", "icmp"});
  row.remote = {peers.v4, 0};
  print(row);
  ::close(fd);
}

// The program writes the IP header itself; protocol 253 is for experiments (RFC 3692).
void raw_hdrincl(const Peers& peers) {
  const int fd = open_socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
  iphdr header{};
  header.version = 4;
  header.ihl = 5;
  header.ttl = 64;
  header.protocol = 253;
  header.tot_len = htons(sizeof header);
  ::inet_pton(AF_INET, peers.v4.c_str(), &header.daddr);
  send_bytes(fd, &header, sizeof header, socket_address(peers.v4, 0));
  Row row = row_without_ports("raw_hdrincl", {"raw"});
  row.remote = {peers.v4, 0};
  print(row);
  ::close(fd);
}

// It sees everything and talks to nobody.
Row row_of_packet_socket(std::string_view kind) {
  Row row = row_without_ports(kind, {"packet"});
  row.directions = {"listening", "unknown"};
  return row;
}

int open_packet_socket(int type) {
  const int fd = open_socket(AF_PACKET, type, htons(ETH_P_ALL));
  sockaddr_ll any{};
  any.sll_family = AF_PACKET;
  any.sll_protocol = htons(ETH_P_ALL);
  any.sll_ifindex = static_cast<int>(::if_nametoindex("lo"));
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0) die("bind lo");
  return fd;
}

// Something for a packet socket on lo to see.
void knock_on_loopback() {
  const int fd = open_socket(AF_INET, SOCK_DGRAM);
  const SocketAddress to = socket_address("127.0.0.1", 9);
  send_text_to(fd, "knock", to);
  Row row = row_of_socket("packet.knock", "udp", "outbound", fd, false);
  row.remote = address_of(to);
  print(row);
  ::close(fd);
}

void packet_receive(const Peers&) {
  const int fd = open_packet_socket(SOCK_RAW);
  knock_on_loopback();
  if (receive_some(fd) == 0) die("nothing seen");
  print(row_of_packet_socket("packet_receive"));
  hold_until_released();
  ::close(fd);
}

// Reads through shared memory, so that no system call ever says so: it may be found, not caught.
void packet_mmap(const Peers&) {
  const int fd = open_packet_socket(SOCK_RAW);
  tpacket_req request{};
  request.tp_block_size = 1 << 16;
  request.tp_block_nr = 4;
  request.tp_frame_size = 2048;
  request.tp_frame_nr = request.tp_block_size / request.tp_frame_size * request.tp_block_nr;
  if (::setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof request) != 0)
    die("PACKET_RX_RING");
  const size_t size = size_t{request.tp_block_size} * request.tp_block_nr;
  void* ring = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (ring == MAP_FAILED) die("mmap");
  knock_on_loopback();
  const auto* frame = static_cast<const volatile tpacket_hdr*>(ring);
  if (!(frame->tp_status & TP_STATUS_USER)) die("the ring stayed empty");
  Row row = row_of_packet_socket("packet_mmap");
  row.attributions = {"hook", "found"};
  print(row);
  hold_until_released();
  ::munmap(ring, size);
  ::close(fd);
}

constexpr Kind kKinds[] = {
    {"ping4", ping4},
    {"ping6", ping6},
    {"raw_icmp", raw_icmp},
    {"raw_hdrincl", raw_hdrincl},
    {"packet_receive", packet_receive},
    {"packet_mmap", packet_mmap},
};

}  // namespace

std::span<const Kind> raw_kinds() { return kKinds; }

}  // namespace picket::traffic
