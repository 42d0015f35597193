// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <unordered_map>

#include "app/agent/pipeline.h"
#include "case_runner/case_reader.h"

namespace picket::case_runner {

constexpr MonoTime kBegin{100'000 *
                          kNsPerSecond};  // second 0 of a case, more than a day after boot
constexpr WallTime kBeginWall{1'767'323'045 *
                              static_cast<int64_t>(kNsPerSecond)};  // 2026-01-02T03:04:05Z
constexpr uint64_t kStepNs = kNsPerMs;  // between two steps without `at`
constexpr uint64_t kTickNs = 250 * kNsPerMs;

class MadeClock final : public Clock {
 public:
  MonoTime mono() const override { return now; }
  WallTime wall() const override {
    return {kBeginWall.ns + static_cast<int64_t>(now.ns - kBegin.ns)};
  }
  MonoTime now = kBegin;
};

// ScriptedSensor says to the pipeline what the `observe` list of a case says, step by step, and
// moves the clock along (docs/cases.md has the keys). What a step leaves out is what the kernel
// would most likely say there: see each function. One case, one thread.
class ScriptedSensor {
 public:
  ScriptedSensor(MadeClock& clock, app::agent::Pipeline& pipeline, Complaints& complaints)
      : clock_(clock), pipeline_(pipeline), complaints_(complaints) {}

  void observe(const YAML::Node& step);

 private:
  struct KnownProcess {
    event::ProcessKey key;
    uint32_t uid = 0;
    uint64_t cgroup_id = 0;
    std::string command;
    bool exited = false;
  };

  MonoTime read_time(MapReader& keys);
  void read_process_key(MapReader& keys, event::ProcessKey& key, MonoTime begun);
  void read_reference(MapReader& keys, std::string_view name, event::ProcessKey& key);
  bool reference(const YAML::Node& value, event::ProcessKey& key);
  void read_cgroup(MapReader& keys, uint64_t& id);

  // process_steps.cc
  void exec(MapReader& keys);
  void fork(MapReader& keys);
  void exit(MapReader& keys);
  void move(MapReader& keys);
  void cgroup(MapReader& keys);
  void tick(MapReader& keys);
  void remember(const event::ProcessSeen& seen);

  // socket_steps.cc
  void socket(MapReader& keys);
  void read_owner(MapReader& keys, event::SocketSeen& seen);
  void read_place(MapReader& keys, event::SocketSeen& seen);
  void read_state(MapReader& keys, event::SocketSeen& seen);
  void read_attribution(MapReader& keys, event::SocketSeen& seen, bool known);

  // payload_steps.cc
  void name(MapReader& keys);
  void dns(MapReader& keys);
  void first_bytes(MapReader& keys);

  MadeClock& clock_;
  app::agent::Pipeline& pipeline_;
  Complaints& complaints_;
  std::unordered_map<uint32_t, KnownProcess> processes_;     // the latest life of each pid
  std::unordered_map<uint64_t, event::SocketSeen> sockets_;  // the last record of each cookie
};

}  // namespace picket::case_runner
