// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <map>
#include <memory>
#include <vector>

#include "base/unique_fd.h"
#include "sensor/fallback/fallback_source.h"

// For tests: real sockets of this process on loopback, and what a source says about them.
namespace picket::sensor::fallback {

class ManualClock final : public Clock {
 public:
  MonoTime mono() const override { return now; }
  WallTime wall() const override { return WallTime{static_cast<int64_t>(now.ns)}; }
  MonoTime now{5 * kNsPerSecond};
};

inline std::pair<sockaddr_storage, socklen_t> socket_address(const char* address, uint16_t port) {
  sockaddr_storage storage{};
  auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
  if (::inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    return {storage, sizeof *v4};
  }
  ::inet_pton(AF_INET6, address, &v6->sin6_addr);
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons(port);
  return {storage, sizeof *v6};
}

// A socket of the family and type, bound to `address`, port chosen by the kernel; fd -1 on failure.
inline UniqueFd bound_socket(int family, int type, const char* address, int protocol = 0) {
  UniqueFd opened(::socket(family, type | SOCK_CLOEXEC, protocol));
  auto [storage, length] = socket_address(address, 0);
  if (opened && ::bind(opened.get(), reinterpret_cast<sockaddr*>(&storage), length) != 0)
    opened.reset();
  return opened;
}

inline Endpoint local_end(const UniqueFd& opened) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  ::getsockname(opened.get(), reinterpret_cast<sockaddr*>(&storage), &length);
  Endpoint end;
  if (storage.ss_family == AF_INET) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
    end = {IpAddress::v4(ntohl(v4->sin_addr.s_addr)), ntohs(v4->sin_port)};
  } else {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    end = {IpAddress::v6_bytes(v6->sin6_addr.s6_addr), ntohs(v6->sin6_port)};
  }
  return end;
}

inline bool connect_to(const UniqueFd& opened, const char* address, uint16_t port) {
  auto [storage, length] = socket_address(address, port);
  return ::connect(opened.get(), reinterpret_cast<sockaddr*>(&storage), length) == 0;
}

inline uint64_t cookie_of(const UniqueFd& opened) {
  uint64_t cookie = 0;
  socklen_t length = sizeof cookie;
  ::getsockopt(opened.get(), SOL_SOCKET, SO_COOKIE, &cookie, &length);
  return cookie;
}

// Drains a source and keeps what it said, by cookie and in order.
struct Watcher {
  std::vector<event::Observation> log;
  std::map<uint64_t, event::SocketSeen> sockets;  // the last word on each
  std::map<uint32_t, event::ProcessSeen> processes;

  void drain(Source& source, size_t records_max = 1 << 20) {
    auto keep = [this](event::Observation&& seen) {
      if (auto* socket = std::get_if<event::SocketSeen>(&seen)) sockets[socket->cookie] = *socket;
      if (auto* process = std::get_if<event::ProcessSeen>(&seen))
        processes[process->key.pid] = *process;
      log.push_back(std::move(seen));
    };
    (void)source.drain(keep, records_max);
  }
  const event::SocketSeen* of(const UniqueFd& opened) const {
    auto where = sockets.find(cookie_of(opened));
    return where == sockets.end() ? nullptr : &where->second;
  }
  const event::SocketSeen* bound_to(event::Transport transport, const Endpoint& local) const {
    for (const auto& [cookie, seen] : sockets) {
      if (seen.transport == transport && seen.local == local) return &seen;
    }
    return nullptr;
  }
};

}  // namespace picket::sensor::fallback
