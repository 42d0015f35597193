// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "app/cli/doctor_report.h"
#include "app/client/agent_connection.h"
#include "app/client/commands.h"
#include "app/client/terminal_facts.h"
#include "sensor/fallback/probe.h"

namespace picket::app::client {
namespace {

cli::Capability agent_capability() {
  cli::Capability capability;
  capability.name = "agent";
  auto agent = AgentConnection::connect(socket_or_default(""));
  if (agent) {
    capability.detail = "An agent is running and answers.";
  } else {
    capability.state = cli::CapabilityState::kLimited;
    capability.detail =
        "No agent answers here: each command looks for itself, and nothing is remembered.";
    capability.fix = agent.error().next;
  }
  return capability;
}

}  // namespace

Result<int> run_doctor(bool json, bool no_color, bool ascii) {
  std::vector<cli::Capability> capabilities;
  for (const sensor::fallback::Capability& probed : sensor::fallback::probe_all()) {
    // What cannot be mended and hinders nothing is not missing.
    const auto state = probed.works         ? cli::CapabilityState::kWorks
                       : probed.fix.empty() ? cli::CapabilityState::kLimited
                                            : cli::CapabilityState::kMissing;
    capabilities.push_back({probed.name, state, probed.detail, probed.fix});
  }
  capabilities.push_back(agent_capability());
  const TerminalFacts terminal = look_at_terminal();
  if (json) {
    std::fputs(cli::doctor_json(capabilities, "").c_str(), stdout);
  } else {
    const cli::ReportStyle style{terminal.width, terminal.color && !no_color,
                                 terminal.utf8 && !ascii};
    std::fputs(cli::doctor_text(capabilities, "", style).c_str(), stdout);
  }
  return cli::doctor_exit_code(capabilities);
}

}  // namespace picket::app::client
