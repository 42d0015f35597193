// SPDX-License-Identifier: Apache-2.0
// What the flow table costs: a flow's life, a tick, bytes kept for each flow.
#include <benchmark/benchmark.h>

#include "flow/flow_fixture.h"
#include "flow/flow_table.h"

namespace picket::flow {
namespace {

using namespace fixture;

// Every slot carries a little more each time it is read.
class BusyCounters final : public event::FlowCounterSource {
 public:
  bool read(uint32_t, uint64_t, event::FlowCounters& counters, event::FlowState& state,
            MonoTime& last_packet) const override {
    counters = bytes(++reads_, 0);
    state = event::FlowState::kEstablished;
    last_packet = MonoTime{reads_};
    return true;
  }

 private:
  mutable uint64_t reads_ = 0;
};

event::SocketSeen opened(uint64_t cookie, uint64_t ms) {
  auto seen = tcp_opened(cookie, ms);
  seen.owner.pid = static_cast<uint32_t>(cookie % 2000 + 1);
  seen.remote.address = IpAddress::v4(static_cast<uint32_t>(0xcb000000 + cookie % 20'000));
  seen.counter_slot = static_cast<uint32_t>(cookie);
  return seen;
}

// Opened and closed, with ten thousand others there; time passes so that closed ones expire.
void open_and_close(benchmark::State& state) {
  FlowTable table{Surroundings{}};
  uint64_t cookie = 1;
  for (; cookie <= 10'000; ++cookie) table.apply(opened(cookie, 1000));
  uint64_t ms = 2000;
  for (auto _ : state) {
    table.apply(opened(++cookie, ms));
    table.apply(as(event::SocketSeen::What::kClosed, opened(cookie, ms), ms + 1));
    if (cookie % 1250 == 0) table.tick(at_ms(ms += 250), nullptr);
  }
  state.SetItemsProcessed(state.iterations() * 2);
}
BENCHMARK(open_and_close);

void tick_open_flows(benchmark::State& state) {
  FlowTable table{Surroundings{}};
  const auto flows = static_cast<uint64_t>(state.range(0));
  for (uint64_t cookie = 1; cookie <= flows; ++cookie) table.apply(opened(cookie, 1000));
  const BusyCounters counters;
  uint64_t ms = 2000;
  for (auto _ : state) table.tick(at_ms(ms += 250), &counters);
  state.counters["bytes_per_flow"] =
      static_cast<double>(table.memory_bytes()) / static_cast<double>(flows);
}
BENCHMARK(tick_open_flows)->Arg(1'000)->Arg(20'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace picket::flow

BENCHMARK_MAIN();
