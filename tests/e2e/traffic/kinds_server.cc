// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <thread>
#include <vector>

#include "kinds.h"

namespace picket::traffic {
namespace {

constexpr int kWorkers = 4;
constexpr int kRounds = 10;

int accept_one(int listener) {
  const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) die("accept4");
  return fd;
}

// One conversation: a byte in, a byte out, then the client closes. Until the first byte is read,
// the socket is rightly its listener's (`listener_pid`).
void serve(std::string_view kind, int fd, pid_t listener_pid) {
  if (receive_some(fd) == 0) die("the client left");
  Row row = row_of_socket(kind, "tcp", "inbound", fd);
  row.earlier_pids = {listener_pid};
  print(row);
  send_text(fd, "y");
  if (receive_some(fd) != 0) die("more than was agreed");
  ::close(fd);
}

// `parallel` connections open at once, all answered before any is closed: so that every one of the
// workers has to serve one.
void call_in_rounds(std::string_view kind, const std::string& ip, uint16_t port, int parallel) {
  const SocketAddress to = socket_address(ip, port);
  for (int round = 0; round < kRounds; ++round) {
    std::vector<int> fds;
    for (int i = 0; i < parallel; ++i) {
      fds.push_back(open_socket(to.family(), SOCK_STREAM));
      connect_to(fds.back(), to);
      send_text(fds.back(), "x");
    }
    for (const int fd : fds) {
      if (receive_some(fd) != 1) die("not served");
      print(row_of_socket(kind, "tcp", "outbound", fd));
    }
    for (const int fd : fds) ::close(fd);
  }
}

void print_listener(std::string_view kind, int listener) {
  print(row_of_socket(kind, "tcp", "listening", listener, false));
}

// The parent listens; children accept and serve, one connection at a time each.
void prefork(std::string_view kind, const std::string& own) {
  const int listener = listen_on(own);
  print_listener(kind, listener);
  std::vector<pid_t> workers;
  for (int i = 0; i < kWorkers; ++i)
    workers.push_back(in_child([&] {
      for (int round = 0; round < kRounds; ++round) serve(kind, accept_one(listener), ::getppid());
    }));
  const uint16_t port = local_address(listener).port;
  const pid_t client = in_child([&] { call_in_rounds(kind, own, port, kWorkers); });
  wait_for(client);
  for (const pid_t worker : workers) wait_for(worker);
  ::close(listener);
}

void prefork4(const Peers& peers) { prefork("prefork4", peers.own_v4); }
void prefork6(const Peers& peers) { prefork("prefork6", peers.own_v6); }

// One thread accepts, others serve: one process all the same.
void threaded(const Peers& peers) {
  const int listener = listen_on(peers.own_v4);
  print_listener("threaded", listener);
  const uint16_t port = local_address(listener).port;
  const pid_t client = in_child([&] { call_in_rounds("threaded", peers.own_v4, port, kWorkers); });
  std::vector<std::thread> workers;
  for (int i = 0; i < kWorkers * kRounds; ++i)
    workers.emplace_back([fd = accept_one(listener)] { serve("threaded", fd, ::getpid()); });
  for (std::thread& worker : workers) worker.join();
  wait_for(client);
  ::close(listener);
}

// The parent accepts and forks a child for each, as inetd does: the child is who serves.
void fork_per_connection(const Peers& peers) {
  constexpr std::string_view kName = "fork_per_connection";
  const int listener = listen_on(peers.own_v4);
  print_listener(kName, listener);
  const uint16_t port = local_address(listener).port;
  const pid_t client = in_child([&] { call_in_rounds(kName, peers.own_v4, port, 1); });
  for (int round = 0; round < kRounds; ++round) {
    const int fd = accept_one(listener);
    const pid_t worker = in_child([&] { serve(kName, fd, ::getppid()); });
    ::close(fd);
    wait_for(worker);
  }
  wait_for(client);
  ::close(listener);
}

// Accepted by a child of the listener and closed without a word: nothing but the closing tells
// whose it was.
void accept_and_close(const Peers& peers) {
  constexpr std::string_view kName = "accept_and_close";
  const int listener = listen_on(peers.own_v4);
  print_listener(kName, listener);
  const pid_t worker = in_child([&] {
    const int fd = accept_one(listener);
    Row row = row_of_socket(kName, "tcp", "inbound", fd);
    row.earlier_pids = {::getppid()};
    print(row);
    ::close(fd);
  });
  const int fd = open_socket(AF_INET, SOCK_STREAM);
  connect_to(fd, socket_address(peers.own_v4, local_address(listener).port));
  print(row_of_socket(kName, "tcp", "outbound", fd));
  if (receive_some(fd) != 0) die("should be closed");
  wait_for(worker);
  ::close(fd);
  ::close(listener);
}

void listen_bound(const Peers& peers) {
  const int listener = listen_on(peers.own_v4);
  print_listener("listen_bound", listener);
  ::close(listener);
}

void listen_any6(const Peers&) {
  const int listener = listen_on("::");
  print_listener("listen_any6", listener);
  ::close(listener);
}

// No bind(): listen() itself picks the port, and nobody asks which.
void listen_unbound(const Peers&) {
  const int listener = open_socket(AF_INET, SOCK_STREAM);
  if (::listen(listener, 8) != 0) die("listen");
  Row row = row_of_self("listen_unbound");
  row.transports = {"tcp"};
  row.directions = {"listening"};
  row.local = local_address_unasked(listener, "tcp");
  print(row);
  hold_until_released();
  ::close(listener);
}

constexpr Kind kKinds[] = {
    {"prefork4", prefork4},
    {"prefork6", prefork6},
    {"threaded", threaded},
    {"fork_per_connection", fork_per_connection},
    {"accept_and_close", accept_and_close},
    {"listen_bound", listen_bound},
    {"listen_any6", listen_any6},
    {"listen_unbound", listen_unbound},
};

}  // namespace

std::span<const Kind> server_kinds() { return kKinds; }

}  // namespace picket::traffic
