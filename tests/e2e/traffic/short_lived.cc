// SPDX-License-Identifier: Apache-2.0
// short_lived MODE IP PORT COUNT PARALLEL [quiet]
// Starts COUNT one_shot processes, at most PARALLEL at a time, and afterwards prints one truth row
// for each and a summary (how long they lived) on stderr. quiet: the summary only. MODE as
// one_shot.
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "net.h"
#include "one_shot_record.h"
#include "truth.h"

extern char** environ;

namespace picket::traffic {
namespace {

struct Plan {
  std::string helper, mode, ip, port;
  unsigned long count = 0, parallel = 1;
};

struct Life {
  uint64_t spawned_ns = 0;
  pid_t pid = 0;
};

std::vector<std::string> arguments_of(const Plan& plan, unsigned long index) {
  return {plan.helper, plan.mode, plan.ip, plan.port, std::to_string(index)};
}

Life start_one(const Plan& plan, unsigned long index, const posix_spawn_file_actions_t& actions) {
  std::vector<std::string> arguments = arguments_of(plan, index);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  Life life;
  life.spawned_ns = boottime_ns();
  errno = ::posix_spawn(&life.pid, plan.helper.c_str(), &actions, nullptr, argv.data(), environ);
  if (errno != 0) die(plan.helper);
  return life;
}

unsigned long reap_one() {
  int status = 0;
  if (::wait(&status) < 0) die("wait");
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
}

std::vector<Life> run_all(const Plan& plan, int records, unsigned long& failed) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, records, kOneShotRecords);
  std::vector<Life> lives;
  lives.reserve(plan.count);
  unsigned long running = 0;
  for (unsigned long index = 0; index < plan.count; ++index) {
    if (running == plan.parallel) {
      failed += reap_one();
      --running;
    }
    lives.push_back(start_one(plan, index, actions));
    ++running;
  }
  for (; running > 0; --running) failed += reap_one();
  ::posix_spawn_file_actions_destroy(&actions);
  return lives;
}

Address local_of(const OneShotRecord& record, int family) {
  SocketAddress address = socket_address(family == AF_INET ? "0.0.0.0" : "::", record.local_port);
  if (family == AF_INET)
    std::memcpy(&reinterpret_cast<sockaddr_in*>(&address.storage)->sin_addr, record.local_ip, 4);
  else
    std::memcpy(&reinterpret_cast<sockaddr_in6*>(&address.storage)->sin6_addr, record.local_ip, 16);
  return address_of(address);
}

void print_rows(const Plan& plan, const std::vector<Life>& lives,
                const std::vector<OneShotRecord>& records) {
  Row row = row_of_self("short_lived." + plan.mode);
  row.executable = plan.helper;
  row.transports = {plan.mode == "tcp" ? "tcp" : "udp"};
  row.directions = {"outbound"};
  const SocketAddress remote = socket_address(plan.ip, parse_port(plan.port));
  row.remote = address_of(remote);
  for (unsigned long index = 0; index < plan.count; ++index) {
    row.pid = lives[index].pid;
    row.arguments = arguments_of(plan, index);
    row.start_after_ns = lives[index].spawned_ns;
    row.start_before_ns = records[index].main_ns;
    row.local = local_of(records[index], remote.family());
    print(row);
  }
}

void print_summary(const Plan& plan, const std::vector<Life>& lives,
                   const std::vector<OneShotRecord>& records, uint64_t elapsed_ns,
                   uint64_t cpu_ns) {
  std::vector<uint64_t> whole, own;
  for (unsigned long index = 0; index < plan.count; ++index) {
    whole.push_back(records[index].end_ns - lives[index].spawned_ns);
    own.push_back(records[index].end_ns - records[index].main_ns);
  }
  std::ranges::sort(whole);
  std::ranges::sort(own);
  std::fprintf(stderr,
               "{\"type\":\"summary\",\"count\":%lu,\"elapsed_ns\":%llu,\"cpu_ns\":%llu,"
               "\"life_us_median\":%llu,\"life_us_p99\":%llu,\"main_us_median\":%llu}\n",
               plan.count, static_cast<unsigned long long>(elapsed_ns),
               static_cast<unsigned long long>(cpu_ns),
               static_cast<unsigned long long>(whole[whole.size() / 2] / 1000),
               static_cast<unsigned long long>(whole[whole.size() * 99 / 100] / 1000),
               static_cast<unsigned long long>(own[own.size() / 2] / 1000));
}

std::string helper_path() {
  const std::string self = row_of_self("").executable;
  return self.substr(0, self.rfind('/')) + "/one_shot";
}

int run(int argc, char** argv) {
  if (argc != 6 && argc != 7) die("short_lived MODE IP PORT COUNT PARALLEL [quiet]");
  Plan plan{helper_path(), argv[1], argv[2], argv[3], parse_count(argv[4]), parse_count(argv[5])};
  if (plan.count == 0 || plan.parallel == 0) die("COUNT and PARALLEL must not be 0");
  const int fd = ::memfd_create("one_shot_records", MFD_CLOEXEC);
  // Away from the number the children know it by, where posix_spawn's dup2 would keep CLOEXEC.
  const int shared = ::fcntl(fd, F_DUPFD_CLOEXEC, 10);
  if (shared < 0) die("memfd_create");
  ::close(fd);
  std::vector<OneShotRecord> records(plan.count);
  const size_t bytes = records.size() * sizeof(OneShotRecord);
  if (::ftruncate(shared, static_cast<off_t>(bytes)) != 0) die("ftruncate");

  unsigned long failed = 0;
  const uint64_t began = boottime_ns(), cpu_began = cpu_time_ns();
  const std::vector<Life> lives = run_all(plan, shared, failed);
  const uint64_t elapsed_ns = boottime_ns() - began, cpu_ns = cpu_time_ns() - cpu_began;

  if (::pread(shared, records.data(), bytes, 0) != static_cast<ssize_t>(bytes)) die("pread");
  for (unsigned long index = 0; index < plan.count; ++index)
    if (records[index].pid != static_cast<uint32_t>(lives[index].pid)) ++failed;
  if (argc == 6) print_rows(plan, lives, records);
  print_summary(plan, lives, records, elapsed_ns, cpu_ns);
  if (failed > 0) std::fprintf(stderr, "short_lived: %lu of %lu failed\n", failed, plan.count);
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace picket::traffic

int main(int argc, char** argv) { return picket::traffic::run(argc, argv); }
