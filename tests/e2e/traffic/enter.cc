// SPDX-License-Identifier: Apache-2.0
// enter CGROUP NETNS COMMAND [ARGUMENT...]
// Moves itself into the cgroup (a folder of the unified hierarchy; "-" to stay) and then into the
// network namespace (a file of /run/netns; "-" to stay), and becomes COMMAND. In this order,
// because a socket belongs to the cgroup it was made in; and not through `ip netns exec`, which
// mounts a new /sys over the cgroup tree.
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "truth.h"

int main(int argc, char** argv) {
  using picket::traffic::die;
  if (argc < 4) die("enter CGROUP NETNS COMMAND [ARGUMENT...]");
  if (argv[1] != std::string_view("-")) {
    const std::string path = std::string(argv[1]) + "/cgroup.procs";
    const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0 || ::write(fd, "0", 1) != 1) die(path);
    ::close(fd);
  }
  if (argv[2] != std::string_view("-")) {
    const int fd = ::open(argv[2], O_RDONLY | O_CLOEXEC);
    if (fd < 0 || ::setns(fd, CLONE_NEWNET) != 0) die(argv[2]);
    ::close(fd);
  }
  ::execvp(argv[3], argv + 3);
  die(argv[3]);
}
