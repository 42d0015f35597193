// SPDX-License-Identifier: Apache-2.0
// What one activity costs all behaviours together, and what the network ones cost alone: a day of
// an office in miniature (200 peers, names, lookups, TLS, a few failures). The aim: at 500
// connections a second, each with a lookup and a greeting, at most 2 % of a core, so 40 us per
// connection and what comes with it.
#include <benchmark/benchmark.h>

#include <algorithm>

#include "detect/behavior/behavior_set.h"

namespace picket::detect::behavior {
namespace {

constexpr size_t kPeers = 200, kHosts = 20;

std::vector<event::Activity> office() {
  std::vector<event::Activity> all;
  for (size_t i = 0; i < 20'000; ++i) {
    const auto peer = static_cast<uint32_t>(i * 7919 % kPeers);
    const Endpoint remote{IpAddress::v4(0xcb007100 + peer), 443};
    const Endpoint local{IpAddress::v4(0x0a000005 + static_cast<uint32_t>(i % kHosts)),
                         static_cast<uint16_t>(20'000 + i % 40'000)};
    const std::string name = "www.site" + std::to_string(peer) + ".example";
    event::Activity activity;
    activity.time = {static_cast<int64_t>(1'700'000'000'000 + i * 4000) * 1'000'000};
    activity.host = local.address.text();
    activity.actor.pid = static_cast<uint32_t>(1000 + i % 50);
    activity.actor.name = "firefox";
    activity.actor.path = "/usr/lib/firefox/firefox";
    event::DnsLookup lookup;
    lookup.name = name;
    lookup.type = "A";
    lookup.response_code = i % 50 == 0 ? "NXDOMAIN" : "NOERROR";
    lookup.addresses = {remote.address};
    lookup.ttl_s = 60;
    lookup.resolver = {IpAddress::v4(0x0a000035), 53};
    activity.what = lookup;
    all.push_back(activity);
    event::TlsSession tls;
    tls.connection_id = "C" + std::to_string(i);
    tls.local = local;
    tls.remote = remote;
    tls.server_name = name;
    tls.ja4 = "t13d1516h2_8daaf6152771_02713d6af862";
    activity.what = tls;
    all.push_back(activity);
    event::ConnectionMade made;
    made.id = tls.connection_id;
    made.outbound = true;
    made.local = local;
    made.remote = remote;
    made.remote_name = name;
    made.service = "ssl";
    made.answered = i % 20 != 0;
    made.duration_s = 2;
    made.bytes_out = 900 + i % 1000;
    made.bytes_in = 20'000;
    made.finished = true;
    activity.what = made;
    all.push_back(std::move(activity));
  }
  return all;
}

constexpr std::string_view kNetwork[] = {"bare_download", "beacon",          "changing_answers",
                                         "dns_tunnel",    "generated_names", "long_connection",
                                         "new_domain",    "odd_port",        "rare_resolver",
                                         "scan",          "tls_oddity",      "unnamed_peer",
                                         "upload"};

void run(benchmark::State& state, const BehaviorSettings& settings) {
  const std::vector<event::Activity> activities = office();
  size_t observed = 0;
  for (auto _ : state) {
    auto set = std::move(*BehaviorSet::create(settings));
    for (const event::Activity& activity : activities) set->observe(activity);
    benchmark::DoNotOptimize(set->finish());
    observed += activities.size();
  }
  state.SetItemsProcessed(static_cast<int64_t>(observed));
  // Three activities a connection, 500 connections a second: the share of a core.
  state.counters["core_share_at_500_per_s"] =
      benchmark::Counter(static_cast<double>(observed) / 1500,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void all_behaviours(benchmark::State& state) { run(state, {}); }
BENCHMARK(all_behaviours)->Unit(benchmark::kMillisecond);

void network_behaviours(benchmark::State& state) {
  BehaviorSettings settings;
  for (const BehaviorEntry& entry : all_behaviors())
    settings.tables[std::string(entry.info.name)].enabled =
        std::ranges::find(kNetwork, entry.info.name) != std::end(kNetwork);
  run(state, settings);
}
BENCHMARK(network_behaviours)->Unit(benchmark::kMillisecond);

void each_behaviour(benchmark::State& state) {
  const BehaviorEntry& one = all_behaviors()[static_cast<size_t>(state.range(0))];
  BehaviorSettings settings;
  for (const BehaviorEntry& entry : all_behaviors())
    settings.tables[std::string(entry.info.name)].enabled = entry.info.name == one.info.name;
  state.SetLabel(std::string(one.info.name));
  run(state, settings);
}
BENCHMARK(each_behaviour)
    ->DenseRange(0, static_cast<int64_t>(all_behaviors().size()) - 1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace picket::detect::behavior

BENCHMARK_MAIN();
