// SPDX-License-Identifier: Apache-2.0
// burst MODE IP PORT COUNT RATE [quiet]
// One process, COUNT conversations one after the other, at RATE per second (0: flat out). MODE:
//   tcp         connect, one byte, close: the local port stays in TIME_WAIT, so no two are alike
//   tcp-reset   the same, closed by a reset: ports return at once, for long benchmarks
//   udp-new     a new socket and one sendto() each
//   udp-same    one socket, COUNT sendto() to the same peer (one truth row)
// Prints a truth row each (quiet: none) after the work is done, and a summary on stderr.
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string>
#include <vector>

#include "net.h"
#include "truth.h"

namespace picket::traffic {
namespace {

struct Plan {
  std::string mode;
  SocketAddress to;
  unsigned long count = 0, rate = 0;
};

Address one_tcp(const Plan& plan, bool reset) {
  const int fd = open_socket(plan.to.family(), SOCK_STREAM);
  connect_to(fd, plan.to);
  const Address local = local_address(fd);
  send_text(fd, "x");
  if (reset) {
    const linger now{1, 0};
    if (::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now) != 0) die("SO_LINGER");
  }
  ::close(fd);
  return local;
}

Address one_udp(const Plan& plan) {
  const int fd = open_socket(plan.to.family(), SOCK_DGRAM);
  send_text_to(fd, "x", plan.to);
  const Address local = local_address(fd);
  ::close(fd);
  return local;
}

void wait_until(uint64_t due_ns) {
  const timespec due{static_cast<time_t>(due_ns / 1'000'000'000u),
                     static_cast<long>(due_ns % 1'000'000'000u)};
  while (::clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &due, nullptr) == EINTR) {
  }
}

std::vector<Address> run_all(const Plan& plan) {
  std::vector<Address> locals;
  locals.reserve(plan.count);
  const int same = plan.mode == "udp-same" ? open_socket(plan.to.family(), SOCK_DGRAM) : -1;
  const uint64_t began = boottime_ns();
  for (unsigned long index = 0; index < plan.count; ++index) {
    // In bundles of a millisecond: a timer cannot be asked for less.
    if (plan.rate > 0 && index % std::max(1ul, plan.rate / 1000) == 0)
      wait_until(began + index * 1'000'000'000u / plan.rate);
    if (same >= 0)
      send_text_to(same, "x", plan.to);
    else if (plan.mode == "udp-new")
      locals.push_back(one_udp(plan));
    else
      locals.push_back(one_tcp(plan, plan.mode == "tcp-reset"));
  }
  if (same >= 0) {
    locals.push_back(local_address(same));
    ::close(same);
  }
  return locals;
}

int run(int argc, char** argv) {
  if (argc != 6 && argc != 7) die("burst MODE IP PORT COUNT RATE [quiet]");
  Plan plan{argv[1], socket_address(argv[2], parse_port(argv[3])), parse_count(argv[4]),
            parse_count(argv[5])};
  const bool known = plan.mode == "tcp" || plan.mode == "tcp-reset" || plan.mode == "udp-new" ||
                     plan.mode == "udp-same";
  errno = EINVAL;
  if (!known) die(plan.mode);
  const uint64_t began = boottime_ns(), cpu_began = cpu_time_ns();
  const std::vector<Address> locals = run_all(plan);
  const uint64_t elapsed_ns = boottime_ns() - began, cpu_ns = cpu_time_ns() - cpu_began;

  Row row = row_of_self("burst." + plan.mode);
  row.transports = {plan.mode.starts_with("tcp") ? "tcp" : "udp"};
  row.directions = {"outbound"};
  row.remote = address_of(plan.to);
  for (const Address& local : locals) {
    if (argc == 7) break;
    row.local = local;
    print(row);
  }
  std::fprintf(stderr, "{\"type\":\"summary\",\"count\":%lu,\"elapsed_ns\":%llu,\"cpu_ns\":%llu}\n",
               plan.count, static_cast<unsigned long long>(elapsed_ns),
               static_cast<unsigned long long>(cpu_ns));
  return 0;
}

}  // namespace
}  // namespace picket::traffic

int main(int argc, char** argv) { return picket::traffic::run(argc, argv); }
