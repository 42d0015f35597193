// SPDX-License-Identifier: Apache-2.0
#include "sensor/fallback/proc_net.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "base/counter.h"

namespace picket::sensor::fallback {
namespace {

using event::FlowState;
using event::Transport;

Counter malformed_lines{"sensor.proc_net.malformed", "lines of /proc/net that could not be read"};
Counter lines_over_limit{
    "sensor.proc_net.sockets_over_limit",
    "sockets of /proc/net not listed because there are more than picket keeps"};

constexpr size_t kColumns = 10;

std::array<std::string_view, kColumns> columns(std::string_view line) {
  std::array<std::string_view, kColumns> found;
  for (std::string_view& column : found) {
    size_t start = std::min(line.find_first_not_of(' '), line.size());
    size_t end = std::min(line.find(' ', start), line.size());
    column = line.substr(start, end - start);
    line.remove_prefix(end);
  }
  return found;
}

template <typename T>
bool to_number(std::string_view word, T& number, int base) {
  auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number, base);
  return error == std::errc() && end == word.data() + word.size();
}

// "0100007F:1F90": the address as host-order words of the network bytes, the port as a number.
bool to_endpoint(std::string_view text, bool v6, Endpoint& point) {
  size_t digits = v6 ? 32 : 8;
  if (text.size() != digits + 5 || text[digits] != ':') return false;
  uint8_t bytes[16];
  for (size_t word = 0; word < digits / 8; ++word) {
    uint32_t value = 0;
    if (!to_number(text.substr(word * 8, 8), value, 16)) return false;
    std::memcpy(bytes + word * 4, &value, sizeof value);
  }
  point.address = v6 ? IpAddress::v6_bytes(bytes)
                     : IpAddress::v4_bytes({bytes[0], bytes[1], bytes[2], bytes[3]});
  return to_number(text.substr(digits + 1), point.port, 16);
}

uint64_t made_up_cookie(const SocketEntry& entry) {
  if (entry.inode != 0) return kInodeCookie | entry.inode;
  uint64_t hash = std::hash<Endpoint>()(entry.local) * 31 + std::hash<Endpoint>()(entry.remote);
  return kTupleCookie | (hash & (kTupleCookie - 1));
}

bool parse_inet_line(std::string_view line, const DiagQuery& query, SocketEntry& entry) {
  // sl local remote st queues timer retransmits uid timeout inode
  auto column = columns(line);
  uint8_t state = 0;
  if (!to_endpoint(column[1], entry.v6_socket, entry.local) ||
      !to_endpoint(column[2], entry.v6_socket, entry.remote) || !to_number(column[3], state, 16) ||
      !to_number(column[7], entry.uid, 10) || !to_number(column[9], entry.inode, 10)) {
    return false;
  }
  entry.state = query.transport == Transport::kTcp ? tcp_state(state) : FlowState::kOpen;
  entry.protocol = query.protocol;
  if (query.transport == Transport::kRaw) {
    entry.protocol = entry.local.port;  // there the protocol stands in the port's place
    entry.local.port = entry.remote.port = 0;
  }
  if (entry.remote.address.is_unspecified() && entry.remote.port == 0) entry.remote = {};
  return true;
}

bool parse_packet_line(std::string_view line, SocketEntry& entry) {
  // sk refcount type protocol interface running rmem user inode
  auto column = columns(line);
  entry.state = FlowState::kOpen;
  return to_number(column[3], entry.protocol, 16) &&
         to_number(column[4], entry.interface_index, 10) && to_number(column[7], entry.uid, 10) &&
         to_number(column[8], entry.inode, 10);
}

}  // namespace

const char* proc_net_name(const DiagQuery& query) {
  if (query.family == AF_PACKET) return "packet";
  bool v6 = query.family == AF_INET6;
  switch (query.transport) {
    case Transport::kTcp: return v6 ? "tcp6" : "tcp";
    case Transport::kUdp:
      if (query.protocol == IPPROTO_UDPLITE) return v6 ? "udplite6" : "udplite";
      return v6 ? "udp6" : "udp";
    case Transport::kRaw: return v6 ? "raw6" : "raw";
    case Transport::kIcmp: return v6 ? "icmp6" : "icmp";
    default: return nullptr;
  }
}

bool parse_proc_net(std::string_view text, const DiagQuery& query, size_t sockets_max,
                    std::vector<SocketEntry>& out) {
  text.remove_prefix(std::min(text.find('\n'), text.size()));  // the heading
  while (!text.empty()) {
    text.remove_prefix(1);
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end);
    if (line.empty()) continue;
    SocketEntry entry;
    entry.transport = query.transport;
    entry.v6_socket = query.family == AF_INET6;
    bool sane = query.family == AF_PACKET ? parse_packet_line(line, entry)
                                          : parse_inet_line(line, query, entry);
    if (!sane) {
      malformed_lines.add();
      continue;
    }
    if (out.size() >= sockets_max) {
      lines_over_limit.add();
      return false;
    }
    entry.cookie = made_up_cookie(entry);
    out.push_back(entry);
  }
  return true;
}

}  // namespace picket::sensor::fallback
