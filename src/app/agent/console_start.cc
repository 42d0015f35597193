// SPDX-License-Identifier: Apache-2.0
#include "app/agent/console_start.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cstdio>

#include "app/sandbox/sandbox.h"
#include "base/utf8.h"

namespace picket::app::agent {
namespace {

struct ConsoleWays {
  std::vector<UniqueFd> console;  // waits
  std::vector<UniqueFd> agent;    // does not
};

Result<ConsoleWays> make_console_ways(size_t count) {
  ConsoleWays ways;
  for (size_t i = 0; i < count; ++i) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
      return system_failure("make a way to the console");
    ways.console.emplace_back(ends[0]);
    ways.agent.emplace_back(ends[1]);
    if (::fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0)
      return system_failure("make a way to the console");
  }
  return ways;
}

}  // namespace

Result<std::unique_ptr<web::Console>> start_console(ConsoleWanted&& wanted, ClientServer& server) {
  web::ConsoleSettings settings;
  TRY_ASSIGN(settings.place, web::parse_console_place(wanted.place));
  if (settings.place.off) return nullptr;
  const bool asked_for = !settings.place.next_free;
  settings.folder = wanted.folder;
  settings.rules = std::move(wanted.rules);
  settings.exceptions = wanted.exceptions;
  settings.on_thread_start = [folder = wanted.folder] {
    (void)sandbox::forbid_changing_files(folder);
  };
  TRY_ASSIGN(ConsoleWays ways, make_console_ways(web::Console::kAgentWays));
  settings.agent = std::move(ways.console);
  auto console = web::Console::start(std::move(settings));
  if (!console && asked_for) return std::unexpected(console.error());
  if (!console) {
    std::fprintf(stderr, "picket: no console: %s\n", printable(console.error().message).c_str());
    return nullptr;
  }
  for (UniqueFd& way : ways.agent) server.adopt(std::move(way));
  server.set_sign_in([started = console->get()] { return started->sign_in_link(); });
  return console;
}

}  // namespace picket::app::agent
