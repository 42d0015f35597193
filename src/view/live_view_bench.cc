// SPDX-License-Identifier: Apache-2.0
// What a frame costs with many flows: by grouping, with a filter, and per row sent.
#include <benchmark/benchmark.h>

#include "flow/flow_fixture.h"
#include "view/live_view.h"

namespace picket::view {
namespace {

using namespace flow::fixture;

constexpr uint32_t kProcesses = 2000;

struct Load {
  explicit Load(uint64_t flows) {
    for (uint32_t pid = 1; pid <= kProcesses; ++pid) {
      const std::string name = "app" + std::to_string(pid % 300);
      processes.known[pid] = {name, "/usr/bin/" + name, "www-data", name + ".service", ""};
    }
    for (uint64_t i = 1; i <= flows; ++i) {
      auto seen = tcp_opened(i, 1000 + i / 10);
      seen.owner.pid = static_cast<uint32_t>(i % kProcesses + 1);
      seen.remote.address = IpAddress::v4(static_cast<uint32_t>(0xcb000000 + i % 20'000));
      seen.counters = bytes(i * 100, i * 10);
      table.apply(seen);
    }
    clock.now = at_ms(1000 + flows / 10);
    table.tick(clock.now, nullptr);
  }
  FakeProcesses processes;
  FakeClock clock;
  flow::FlowTable table{flow::Surroundings{&processes, nullptr, nullptr}};
  LiveView view{table, clock};
};

void frame_by_grouping(benchmark::State& state) {
  Load load(35'000);
  FrameQuery query;
  query.grouping = static_cast<Grouping>(state.range(0));
  query.groups_max = 30;
  query.flows_max = 60;
  for (auto _ : state) benchmark::DoNotOptimize(load.view.frame(query, {}));
  state.SetLabel(std::string(text(query.grouping)));
}
BENCHMARK(frame_by_grouping)->DenseRange(0, 4)->Unit(benchmark::kMillisecond);

void frame_with_filter(benchmark::State& state) {
  Load load(35'000);
  FrameQuery query;
  query.filter = "app1 -port:80 addr:203.0.0.0/8";
  query.groups_max = 30;
  query.flows_max = 60;
  for (auto _ : state) benchmark::DoNotOptimize(load.view.frame(query, {}));
}
BENCHMARK(frame_with_filter)->Unit(benchmark::kMillisecond);

void frame_rows_to_json(benchmark::State& state) {
  Load load(1'000);
  FrameQuery query;
  query.groups_max = 0;
  query.flows_max = 500;
  const Frame frame = load.view.frame(query, {});
  for (auto _ : state) benchmark::DoNotOptimize(to_json(frame));
  state.SetItemsProcessed(state.iterations() * 500);
}
BENCHMARK(frame_rows_to_json)->Unit(benchmark::kMicrosecond);

void frame_rows_from_json(benchmark::State& state) {
  Load load(1'000);
  FrameQuery query;
  query.groups_max = 0;
  query.flows_max = 500;
  const std::string json = to_json(load.view.frame(query, {}));
  for (auto _ : state) benchmark::DoNotOptimize(parse_frame(json));
  state.SetItemsProcessed(state.iterations() * 500);
}
BENCHMARK(frame_rows_from_json)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace picket::view

BENCHMARK_MAIN();
