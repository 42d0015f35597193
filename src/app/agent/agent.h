// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "base/result.h"

namespace picket::app::agent {

struct AgentOptions {
  int warden_fd = -1;
  std::vector<std::string> geo;         // MaxMind-format files
  bool announce = false;                // one JSON line on standard output when ready
  bool detect = true;                   // look for what is suspicious
  std::string detection;                // file with the detectors' settings; empty: theirs
  std::vector<std::string> indicators;  // lists of addresses, names, hashes known to be bad
  std::string state;                    // folder of the history; empty: none is kept
  bool state_wanted = false;            // somebody asked for it: no history is an error
  uint64_t keep_days = 30, keep_mb = 4096;
  std::vector<std::string> sigma;  // files and folders of rules
  std::string sigma_placeholders;  // file or folder; empty: none
  std::string console = "off";     // as web::parse_console_place reads it
};

// The unprivileged part of picket: reads the sensor, keeps the tables, serves readers. Runs until
// SIGTERM or until the warden is gone; returns the exit code.
Result<int> run_agent(const AgentOptions& options);

}  // namespace picket::app::agent
