// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "app/agent/pipeline.h"
#include "store/recorder.h"
#include "view/frame.h"

namespace picket::app::agent {

// What the agent knows of its own state beside the tables.
struct AgentState {
  std::string mode, mode_note, geo;
  std::string sigma;  // how loading the rules went; empty: none were given
  std::string self_test = "pending";
  std::string sandbox_note;
  const store::Recorder* history = nullptr;  // null: none is kept
  std::string history_note;                  // why none is, where one should be
  bool ready = false;
  WallTime since;
  uint64_t bootstrap_us = 0;  // from the first question to the kernel to every socket known
  uint64_t found_processes = 0, found_sockets = 0;
};

// Mode, losses and totals: what every screen shows.
view::Status make_status(const AgentState& state, Pipeline& pipeline);
// The same with every counter, as one JSON line (`picket connections --status --json`).
std::string status_json(const AgentState& state, Pipeline& pipeline);

}  // namespace picket::app::agent
