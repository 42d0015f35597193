// SPDX-License-Identifier: Apache-2.0
// What one look costs: 20,000 sockets in one process, 2,000 processes with a socket each. Run it in
// a network namespace of its own (unshare -n); it makes its sockets itself.
#include <benchmark/benchmark.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "sensor/fallback/live_sockets.h"

namespace picket::sensor::fallback {
namespace {

constexpr int kSockets = 19'500;  // below the usual hard limit of descriptors
constexpr int kProcesses = 2'000;

std::vector<UniqueFd> many_sockets() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  std::vector<UniqueFd> sockets;
  for (int made = 0; made < kSockets; ++made) {
    sockets.push_back(bound_socket(AF_INET, SOCK_DGRAM, "0.0.0.0"));
    if (!sockets.back()) break;
  }
  return sockets;
}

std::vector<pid_t> many_processes() {
  std::vector<pid_t> children;
  for (int made = 0; made < kProcesses; ++made) {
    pid_t child = ::fork();
    if (child == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      UniqueFd own = bound_socket(AF_INET, SOCK_DGRAM, "0.0.0.0");
      while (true) ::pause();
    }
    if (child > 0) children.push_back(child);
  }
  return children;
}

void stop(const std::vector<pid_t>& children) {
  for (pid_t child : children) ::kill(child, SIGKILL);
  for (pid_t child : children) ::waitpid(child, nullptr, 0);
}

void collect(benchmark::State& state) {
  size_t holders = 0;
  for (auto _ : state) holders = collect_socket_owners().holders.size();
  state.counters["holders"] = static_cast<double>(holders);
}

void look(benchmark::State& state) {
  ManualClock clock;
  auto source = FallbackSource::create({.clock = &clock});
  Watcher first;
  first.drain(**source);
  for (auto _ : state) {
    clock.now.ns += static_cast<uint64_t>(kIntervalMaxMs) * kNsPerMs;
    (void)(*source)->drain([](event::Observation&&) {}, 1 << 20);
  }
  state.counters["sockets"] = static_cast<double>(first.sockets.size());
  state.counters["processes"] = static_cast<double>(first.processes.size());
}

void collect_20000_sockets(benchmark::State& state) {
  auto sockets = many_sockets();
  collect(state);
}
void look_20000_sockets(benchmark::State& state) {
  auto sockets = many_sockets();
  look(state);
}
void collect_2000_processes(benchmark::State& state) {
  auto children = many_processes();
  collect(state);
  stop(children);
}
void look_2000_processes(benchmark::State& state) {
  auto children = many_processes();
  look(state);
  stop(children);
}
BENCHMARK(collect_20000_sockets)->Unit(benchmark::kMillisecond)->Iterations(20);
BENCHMARK(look_20000_sockets)->Unit(benchmark::kMillisecond)->Iterations(20);
BENCHMARK(collect_2000_processes)->Unit(benchmark::kMillisecond)->Iterations(20);
BENCHMARK(look_2000_processes)->Unit(benchmark::kMillisecond)->Iterations(20);

}  // namespace
}  // namespace picket::sensor::fallback

BENCHMARK_MAIN();
