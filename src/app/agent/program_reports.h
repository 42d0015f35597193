// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "app/agent/pipeline.h"
#include "app/agent/warden_client.h"
#include "base/clock.h"
#include "process/file_identity.h"

namespace picket::app::agent {

// Has the warden look at each program that is started while a firewall rule names one by its
// content, so that a copy made since does not escape. Nothing is done while no rule names one. One
// thread, the agent's.
class ProgramReports {
 public:
  ProgramReports(WardenClient& warden, Pipeline& pipeline) : warden_(warden), pipeline_(pipeline) {}
  // A few times a second.
  void tick(MonoTime now);

 private:
  static constexpr uint64_t kAskNs =
      kNsPerSecond;                           // how often it is asked which programs these are
  static constexpr size_t kAskedPerTick = 4;  // files that the warden is to read
  static constexpr size_t kToldMax = 16'384;  // files; then all are told anew

  void learn();

  WardenClient& warden_;
  Pipeline& pipeline_;
  std::unordered_map<std::string, uint32_t> numbers_;  // by SHA-256 in hexadecimal
  std::unordered_set<event::FileIdentity, process::FileIdentityHash> told_;
  MonoTime next_;
};

}  // namespace picket::app::agent
