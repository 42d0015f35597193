// SPDX-License-Identifier: Apache-2.0
// socket_kinds --list
// socket_kinds KIND SINK_V4 SINK_V6 OWN_V4 OWN_V6 PORT CLOSED_PORT [now]
// Runs one kind (kinds.h): waits for a byte on stdin ("go"; with `now` it does not), makes its
// traffic and prints the truth on stdout.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "kinds.h"

namespace picket::traffic {
namespace {

std::vector<std::string> own_arguments;

std::vector<Kind> all_kinds() {
  std::vector<Kind> all;
  for (const auto kinds :
       {tcp_kinds(), datagram_kinds(), raw_kinds(), server_kinds(), process_kinds(), uring_kinds()})
    all.insert(all.end(), kinds.begin(), kinds.end());
  return all;
}

int run(int argc, char** argv) {
  const std::vector<Kind> kinds = all_kinds();
  if (argc == 2 && argv[1] == std::string_view("--list")) {
    for (const Kind& kind : kinds)  // those with a '+' are second halves, started by another kind
      if (!kind.name.contains('+')) std::printf("%s\n", std::string(kind.name).c_str());
    return 0;
  }
  errno = EINVAL;
  if (argc != 8 && argc != 9)
    die("socket_kinds KIND SINK_V4 SINK_V6 OWN_V4 OWN_V6 PORT CLOSED_PORT [now]");
  keep_arguments(argc, argv);
  const auto kind = std::ranges::find(kinds, std::string_view(argv[1]), &Kind::name);
  if (kind == kinds.end()) die(argv[1]);
  char go;
  if (argc == 8 && ::read(STDIN_FILENO, &go, 1) != 1) die("no go");
  kind->run({argv[2], argv[3], argv[4], argv[5], parse_port(argv[6]), parse_port(argv[7])});
  return 0;
}

}  // namespace

void keep_arguments(int argc, char** argv) { own_arguments.assign(argv, argv + argc); }

std::vector<std::string> arguments_for(std::string_view kind) {
  std::vector<std::string> arguments = own_arguments;
  arguments[1] = kind;
  arguments.resize(8);
  arguments.push_back("now");
  return arguments;
}

Row row_of_socket(std::string_view kind, std::string_view transport, std::string_view direction,
                  int fd, bool with_peer) {
  Row row = row_of_self(kind);
  row.transports = {std::string(transport)};
  row.directions = {std::string(direction)};
  row.local = local_address(fd);
  if (with_peer) row.remote = peer_address(fd);
  return row;
}

pid_t in_child(void (*work)(void*), void* argument) {
  const pid_t child = ::fork();
  if (child < 0) die("fork");
  if (child > 0) return child;
  work(argument);
  ::_exit(0);
}

void wait_for(pid_t child) {
  int status = 0;
  if (::waitpid(child, &status, 0) != child) die("waitpid");
  errno = ECHILD;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) die("a child failed");
}

void hold_until_released() {
  char byte;
  while (::read(STDIN_FILENO, &byte, 1) > 0) {
  }
}

}  // namespace picket::traffic

int main(int argc, char** argv) { return picket::traffic::run(argc, argv); }
