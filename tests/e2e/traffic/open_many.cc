// SPDX-License-Identifier: Apache-2.0
// open_many IP PORT SOCKETS PROCESSES
// Keeps SOCKETS idle TCP connections open in PROCESSES processes, each started with its own
// arguments (open_many worker INDEX ...). Prints {"open":...} when all stand and holds them until
// its stdin is closed; then everything ends. Several processes because one may not have more
// descriptors than its hard limit.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "net.h"
#include "truth.h"

extern char** environ;

namespace picket::traffic {
namespace {

void hold_until_released() {
  char byte;
  while (::read(STDIN_FILENO, &byte, 1) > 0) {
  }
}

// open_many worker INDEX IP PORT SOCKETS: tells its parent with one byte on stdout.
int run_worker(char** argv) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  const SocketAddress to = socket_address(argv[3], parse_port(argv[4]));
  for (unsigned long count = parse_count(argv[5]); count > 0; --count)
    connect_to(open_socket(to.family(), SOCK_STREAM), to);
  if (::write(STDOUT_FILENO, "k", 1) != 1) die("telling the parent");
  hold_until_released();
  return 0;
}

// Starts a worker and waits until its sockets stand.
void start_worker(const std::string& self, char** argv, unsigned long index,
                  unsigned long sockets) {
  int told[2];
  if (::pipe2(told, O_CLOEXEC) != 0) die("pipe2");
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, told[1], STDOUT_FILENO);
  std::vector<std::string> arguments = {self,    "worker", std::to_string(index),
                                        argv[1], argv[2],  std::to_string(sockets)};
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  pid_t pid = 0;
  errno = ::posix_spawn(&pid, self.c_str(), &actions, nullptr, pointers.data(), environ);
  if (errno != 0) die(self);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(told[1]);
  char byte;
  if (::read(told[0], &byte, 1) != 1) die("a worker could not open its sockets");
  ::close(told[0]);
}

int run(int argc, char** argv) {
  if (argc == 6 && argv[1] == std::string_view("worker")) return run_worker(argv);
  if (argc != 5) die("open_many IP PORT SOCKETS PROCESSES");
  const unsigned long sockets = parse_count(argv[3]), processes = parse_count(argv[4]);
  const std::string self = row_of_self("").executable;
  if (processes == 0) die("PROCESSES must not be 0");
  // One after the other: a backlog of half-open connections would only measure itself.
  for (unsigned long index = 0; index < processes; ++index)
    start_worker(self, argv, index, sockets / processes + (index < sockets % processes ? 1 : 0));
  std::printf("{\"open\":%lu,\"processes\":%lu}\n", sockets, processes);
  std::fflush(stdout);
  hold_until_released();
  while (::wait(nullptr) > 0) {
  }
  return 0;
}

}  // namespace
}  // namespace picket::traffic

int main(int argc, char** argv) { return picket::traffic::run(argc, argv); }
