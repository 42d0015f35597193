// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "app/warden/firewall_seam.h"
#include "base/result.h"

namespace picket::app::warden {

struct WardenOptions {
  std::string cgroup;     // empty: the whole machine
  std::string socket;     // where clients connect
  std::string user;       // the agent's; empty: see find_account()
  std::string state;      // folder of the agent's history, made for it; empty: none
  bool fallback = false;  // do not even try BPF
  bool show = false;      // start the terminal view beside the agent, end with it
  int lifeline = -1;      // end when the other end of this pipe is closed
  std::vector<std::string> agent_arguments;  // passed on
  std::vector<std::string> view_arguments;
  FirewallSeam firewall;
};

// Loads the sensor, starts the agent without rights, answers its requests, starts it anew when it
// dies (the sensor goes on meanwhile and nothing is lost), and ends on SIGTERM, SIGINT or with the
// terminal view. Returns the exit code. Needs root. Single-threaded.
Result<int> run_warden(const WardenOptions& options);

}  // namespace picket::app::warden
