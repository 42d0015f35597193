// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "process/process_table.h"

// For tests of the process table: records in few words, and a table that notes its changes.
namespace picket::process {

using event::ProcessKey;
using What = ProcessChange::What;

constexpr uint64_t kSecond = kNsPerSecond;

inline MonoTime at(uint64_t seconds) { return MonoTime{seconds * kSecond}; }
// An exact key, as the kernel gives it: not on a whole tick.
inline ProcessKey key(uint32_t pid, uint64_t start_s) {
  return {pid, start_s * kSecond + 1'234'567};
}

class StillClock final : public Clock {
 public:
  MonoTime mono() const override { return at(1000); }
  WallTime wall() const override { return WallTime{2'000'000 * static_cast<int64_t>(kSecond)}; }
};

inline event::ProcessSeen exec(const ProcessKey& who, const ProcessKey& parent,
                               const std::string& executable, uint64_t when_s = 1) {
  event::ProcessSeen seen;
  seen.key = who;
  seen.parent = parent;
  seen.at = at(when_s);
  seen.executable = executable;
  seen.arguments = {executable, "--flag"};
  seen.command = executable.substr(executable.rfind('/') + 1).substr(0, 15);
  return seen;
}
inline event::ProcessForked fork(const ProcessKey& child, const ProcessKey& parent,
                                 uint64_t when_s = 1) {
  event::ProcessForked forked;
  forked.key = child;
  forked.parent = parent;
  forked.at = at(when_s);
  forked.uid = 7;
  return forked;
}
inline event::ProcessExited exit(const ProcessKey& who, uint64_t when_s, int code = 0) {
  return {who, at(when_s), code};
}

class ProcessTableTest : public testing::Test {
 protected:
  ProcessTable make(ProcessLimits limits = {}) {
    return ProcessTable({&clock_}, limits, [this](const ProcessChange& change) {
      changes_.push_back({change.what, std::string(change.process.name())});
    });
  }
  StillClock clock_;
  std::vector<std::pair<What, std::string>> changes_;
};

}  // namespace picket::process
