// SPDX-License-Identifier: Apache-2.0
#pragma once
// For tests and benchmarks of flow/ and view/: a table with processes that need no machine.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/counter.h"
#include "flow/flow_table.h"

namespace picket::flow::fixture {

class FakeProcesses final : public ProcessLookup {
 public:
  struct Known {
    std::string name, executable, user, unit, container;
    bool deleted = false, memfd = false;
  };
  bool describe(const event::ProcessKey& key, ProcessBrief& brief) const override {
    const auto found = known.find(key.pid);
    if (found == known.end()) return false;
    const Known& it = found->second;
    brief = {it.name, it.executable, it.user, it.unit, it.container, it.deleted, it.memfd};
    return true;
  }
  std::optional<event::ProcessFacts> facts(const event::ProcessKey& key) const override {
    const auto found = known.find(key.pid);
    if (found == known.end()) return std::nullopt;
    event::ProcessFacts facts;
    facts.key = key;
    facts.name = found->second.name;
    facts.executable = found->second.executable;
    return facts;
  }
  std::string_view user_name(uint32_t uid) const override { return uid == 0 ? "root" : ""; }
  bool hold(const event::ProcessKey&) override { return ++holds, true; }
  void release(const event::ProcessKey&) override { --holds; }

  std::map<uint32_t, Known> known;
  int holds = 0;
};

class FakeClock final : public Clock {
 public:
  MonoTime mono() const override { return now; }
  WallTime wall() const override { return WallTime{static_cast<int64_t>(now.ns) + kOffset}; }
  static constexpr int64_t kOffset = 1'700'000'000'000'000'000;
  MonoTime now;
};

// Slots that a test fills in.
class FakeCounters final : public event::FlowCounterSource {
 public:
  struct Slot {
    uint64_t cookie = 0;
    event::FlowCounters counters;
    event::FlowState state = event::FlowState::kUnknown;
    MonoTime last_packet;
  };
  bool read(uint32_t slot, uint64_t cookie, event::FlowCounters& counters, event::FlowState& state,
            MonoTime& last_packet) const override {
    const auto found = slots.find(slot);
    if (found == slots.end() || found->second.cookie != cookie) return false;
    counters = found->second.counters;
    state = found->second.state;
    last_packet = found->second.last_packet;
    return true;
  }
  std::map<uint32_t, Slot> slots;
};

inline MonoTime at_ms(uint64_t ms) { return MonoTime{ms * kNsPerMs}; }

inline Endpoint endpoint(std::string_view address, uint16_t port) {
  return {IpAddress::parse(address).value_or(IpAddress()), port};
}

inline event::FlowCounters bytes(uint64_t in, uint64_t out) {
  event::FlowCounters counters;
  counters.bytes_in = in;
  counters.bytes_out = out;
  counters.packets_in = in / 100;
  counters.packets_out = out / 100;
  counters.known = true;
  return counters;
}

// An outbound TCP connection of process 100, opened by a hook; tests change what they are about.
inline event::SocketSeen tcp_opened(uint64_t cookie, uint64_t ms) {
  event::SocketSeen seen;
  seen.what = event::SocketSeen::What::kOpened;
  seen.at = seen.opened_at = at_ms(ms);
  seen.cookie = cookie;
  seen.network_namespace = 1;
  seen.protocol = 6;
  seen.local = endpoint("10.0.0.5", 41822);
  seen.remote = endpoint("203.0.113.9", 443);
  seen.role = event::Role::kClient;
  seen.state = event::FlowState::kEstablished;
  seen.attribution = event::Attribution::kHook;
  seen.owner = {100, 1'000'000'000};
  return seen;
}

inline event::SocketSeen listener(uint64_t cookie, uint64_t ms) {
  event::SocketSeen seen = tcp_opened(cookie, ms);
  seen.local = endpoint("0.0.0.0", 22);
  seen.remote = {};
  seen.role = event::Role::kListener;
  seen.state = event::FlowState::kListen;
  return seen;
}

// One of many peers of an unconnected UDP socket.
inline event::SocketSeen udp_peer(uint64_t cookie, uint64_t ms, std::string_view remote,
                                  uint16_t port) {
  event::SocketSeen seen = tcp_opened(cookie, ms);
  seen.transport = event::Transport::kUdp;
  seen.protocol = 17;
  seen.per_peer = true;
  seen.state = event::FlowState::kOpen;
  seen.remote = endpoint(remote, port);
  return seen;
}

inline event::SocketSeen as(event::SocketSeen::What what, event::SocketSeen seen, uint64_t ms) {
  seen.what = what;
  seen.at = at_ms(ms);
  return seen;
}

// What a FlowListener was told, as (event, id).
class Told final : public FlowListener {
 public:
  void flow_changed(event::FlowEvent event, const Flow& flow) override {
    list.emplace_back(event, FlowTable::id(flow));
  }
  size_t count(event::FlowEvent event) const {
    size_t sum = 0;
    for (const auto& told : list) sum += told.first == event;
    return sum;
  }
  std::vector<std::pair<event::FlowEvent, std::string>> list;
};

}  // namespace picket::flow::fixture
