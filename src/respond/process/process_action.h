// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "respond/process/held_process.h"

// Kill, suspend, resume: one process, or one and everything that it started. One thread.
namespace picket::respond {

enum class ProcessAct : uint8_t { kKill, kSuspend, kResume };
std::string_view text(ProcessAct act);

struct ProcessOrder {
  ProcessAct act = ProcessAct::kKill;
  bool tree = false;
  bool i_know = false;  // also picket itself and what the caller descends from
};

struct ProcessOutcome {
  ProcessFound process;
  std::string before, after;  // states, in words
  Result<void> done;
};

constexpr size_t kTreeMax = 4'096;  // processes of one tree; more: refused, nothing is killed
constexpr int kEndWithinMs = 5'000;
constexpr int kStopWithinMs = 1'000;

// Why `process` must not be acted on; empty: it may. `all` is what runs now. Process 1 and the
// kernel's threads never; picket's own and the caller's ancestors only when the caller knows.
std::string why_spared(const ProcessFound& process, bool i_know,
                       const std::vector<ProcessFound>& all);

// Carries out the order on a process that is held. A tree is suspended from the top until it stops
// growing, and only then killed: nothing that it starts meanwhile gets away. An Error: nothing was
// done. Each outcome tells of one process.
Result<std::vector<ProcessOutcome>> act_on(HeldProcess process, const ProcessOrder& order);

}  // namespace picket::respond
