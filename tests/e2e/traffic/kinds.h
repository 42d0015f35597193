// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "net.h"
#include "truth.h"

// The kinds of socket and of ownership that exist, one small function each, grouped in files. Each
// runs in a process of its own (socket_kinds KIND ...), makes real traffic and prints a truth row
// for every flow it made. None sleeps: they wait for each other through pipes and sockets.
namespace picket::traffic {

// Where to talk to: the sink in the other network namespace, and this namespace's own address.
struct Peers {
  std::string v4, v6;          // the sink's
  std::string own_v4, own_v6;  // ours, for kinds that serve
  uint16_t port = 0;           // of the sink, TCP and UDP
  uint16_t closed_port = 0;    // nobody listens there
};

struct Kind {
  std::string_view name;
  void (*run)(const Peers&);
};

std::span<const Kind> tcp_kinds();
std::span<const Kind> datagram_kinds();
std::span<const Kind> raw_kinds();
std::span<const Kind> server_kinds();
std::span<const Kind> process_kinds();
std::span<const Kind> uring_kinds();

// argv of this run, so that a kind can start the same program again with another kind in it.
void keep_arguments(int argc, char** argv);
// The arguments for running `kind` in another image of this program; it starts without waiting.
std::vector<std::string> arguments_for(std::string_view kind);

// A row of the calling process about `fd`, both ends filled in from the kernel.
Row row_of_socket(std::string_view kind, std::string_view transport, std::string_view direction,
                  int fd, bool with_peer = true);

// Forks; the child runs `work` and exits with 0. die() in the child makes wait_for() die too.
pid_t in_child(void (*work)(void*), void* argument);
void wait_for(pid_t child);
template <typename Work>
pid_t in_child(Work work) {
  return in_child([](void* argument) { (*static_cast<Work*>(argument))(); }, &work);
}

// Blocks until the harness closes our stdin: for sockets that only a look at them can find.
void hold_until_released();

}  // namespace picket::traffic
