// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdio>

#include "app/cli/connections_csv.h"
#include "app/cli/connections_table.h"
#include "app/cli/exit_code.h"
#include "app/client/commands.h"
#include "app/client/local_agent.h"
#include "app/client/temporary_agent.h"
#include "app/client/terminal_facts.h"
#include "base/json_writer.h"

namespace picket::app::client {
namespace {

bool print_line(const std::string& line) {
  return std::fwrite(line.data(), 1, line.size(), stdout) == line.size() &&
         std::putchar('\n') != EOF && std::fflush(stdout) == 0;
}

// An agent to ask: the one that runs, for root one of our own, else none.
struct Reached {
  std::unique_ptr<TemporaryAgent> own;
  std::optional<AgentConnection> agent;
};

Result<Reached> reach_agent(const cli::ConnectionsRequest& request) {
  Reached reached;
  auto running = AgentConnection::connect(socket_or_default(request.session.socket));
  if (running) {
    reached.agent.emplace(std::move(*running));
  } else if (!request.session.socket.empty()) {
    return std::unexpected(running.error());  // that very one was asked for
  } else if (geteuid() == 0) {
    warden::WardenOptions options;
    for (const std::string& file : request.geo)
      options.agent_arguments.insert(options.agent_arguments.end(), {"--geo", file});
    TRY_ASSIGN(reached.own, TemporaryAgent::start(options));
    TRY_ASSIGN(AgentConnection agent, connect_when_ready(reached.own->socket()));
    reached.agent.emplace(std::move(agent));
  } else if (running.error().code == EACCES) {
    std::fprintf(
        stderr,
        "picket: an agent runs, but you may not ask it (use sudo, or join the group picket)\n");
  }
  TRY(shed_privileges());
  return reached;
}

Result<view::Status> status_of(AgentConnection& agent) {
  view::FrameQuery nothing;
  nothing.groups_max = nothing.flows_max = 0;
  TRY(agent.send_line(R"({"ask":"frame","query":)" + view::to_json(nothing) + "}"));
  TRY_ASSIGN(const std::string line, agent.read_line());
  auto frame = view::parse_frame(line);
  if (!frame)
    return failure("the agent speaks another version of the protocol",
                   "Restart it with this version of picket.");
  return std::move(frame->status);
}

void print_json(const std::vector<event::FlowFacts>& flows) {
  std::string line;
  for (const event::FlowFacts& facts : flows) {
    line.clear();
    JsonWriter json(line);
    event::append_json(json, facts);
    if (!print_line(line)) return;
  }
}

int print_snapshot(Snapshot snapshot, const view::Status& status,
                   const cli::ConnectionsRequest& request) {
  cli::sort_flows(snapshot.flows, request.sort, request.reverse);
  const std::string warnings = cli::status_warnings(status);
  switch (request.output) {
    case cli::Output::kJson: print_json(snapshot.flows); break;
    case cli::Output::kCsv: std::fputs(cli::connections_csv(snapshot.flows).c_str(), stdout); break;
    case cli::Output::kTable: {
      const TerminalFacts terminal = look_at_terminal();
      cli::TableStyle style;
      style.width = request.width.value_or(terminal.width);
      style.color = terminal.color && !request.session.no_color;
      style.utf8 = terminal.utf8 && !request.session.ascii;
      style.now = system_clock().wall();
      style.columns = request.columns;
      const std::string table = snapshot.flows.empty()
                                    ? cli::nothing_found(request.filter)
                                    : cli::connections_table(snapshot.flows, style);
      std::fputs(table.c_str(), stdout);
      if (!table.ends_with('\n')) std::putchar('\n');
    }
  }
  std::fflush(stdout);
  std::fputs(warnings.c_str(), stderr);
  return std::ferror(stdout) ? cli::kExitCouldNot : cli::kExitDone;
}

Result<int> ask_local(const cli::ConnectionsRequest& request) {
  TRY_ASSIGN(const auto local, LocalAgent::start(request.geo));
  if (request.follow) {
    std::fputs(cli::status_warnings(local->status()).c_str(), stderr);
    TRY(local->follow(request.filter, print_line));
    return cli::kExitDone;
  }
  TRY_ASSIGN(Snapshot snapshot, local->flows(request.filter));
  if (request.status) {
    std::fputs(snapshot.status.c_str(), stdout);
    return cli::kExitDone;
  }
  return print_snapshot(std::move(snapshot), local->status(), request);
}

}  // namespace

Result<int> run_connections(const cli::ConnectionsRequest& request) {
  TRY_ASSIGN(Reached reached, reach_agent(request));
  if (!reached.agent) return ask_local(request);
  AgentConnection& agent = *reached.agent;
  if (request.status) {
    TRY_ASSIGN(const std::string status, ask_status(agent));
    print_line(status);
    return cli::kExitDone;
  }
  if (request.follow) {
    TRY(follow(agent, request.filter, print_line));
    return cli::kExitDone;
  }
  TRY_ASSIGN(Snapshot snapshot, ask_flows(agent, request.filter));
  TRY_ASSIGN(const view::Status status, status_of(agent));
  return print_snapshot(std::move(snapshot), status, request);
}

}  // namespace picket::app::client
