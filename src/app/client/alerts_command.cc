// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "app/cli/alert_words.h"
#include "app/cli/exit_code.h"
#include "app/client/agent_connection.h"
#include "app/client/commands.h"
#include "app/client/terminal_facts.h"

namespace picket::app::client {
namespace {

// False: nobody reads any more.
bool print(const std::string& text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
         std::fflush(stdout) == 0;
}

}  // namespace

Result<int> run_alerts(const cli::AlertsRequest& request) {
  TRY_ASSIGN(AgentConnection agent,
             AgentConnection::connect(socket_or_default(request.session.socket)));
  TRY(agent.send_line(request.follow ? R"({"ask":"alerts","follow":true})"
                                     : R"({"ask":"alerts"})"));
  const TerminalFacts terminal = look_at_terminal();
  const cli::AlertStyle style{terminal.width, terminal.color && !request.session.no_color};
  uint64_t shown = 0;
  for (;;) {
    TRY_ASSIGN(const std::string line, agent.read_line());
    if (const auto error = error_of(line)) return failure(*error);
    if (line.starts_with(R"({"type":"end")")) break;
    const auto alert = cli::parse_alert_line(line);
    if (!alert || alert->severity < request.min_severity) continue;
    if (!print(request.json ? line + '\n' : cli::alert_text(*alert, style))) break;
    ++shown;
  }
  if (shown == 0 && !request.json) std::fputs("nothing suspicious found so far\n", stderr);
  return shown > 0 ? cli::kExitFound : cli::kExitDone;
}

}  // namespace picket::app::client
