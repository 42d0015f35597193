// SPDX-License-Identifier: Apache-2.0
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>

#include "app/agent/sandbox.h"
#include "app/cli/exit_code.h"
#include "app/client/agent_connection.h"
#include "app/client/commands.h"
#include "app/client/terminal_facts.h"
#include "app/sandbox/sandbox.h"
#include "app/warden/agent_process.h"
#include "app/web/console.h"
#include "base/utf8.h"
#include "event/facts_json.h"

namespace picket::app::client {
namespace {

volatile sig_atomic_t stop_asked = 0;

Result<int> print_link(const std::string& socket) {
  TRY_ASSIGN(AgentConnection agent, AgentConnection::connect(socket_or_default(socket)));
  TRY(agent.send_line(R"({"ask":"sign_in"})"));
  TRY_ASSIGN(const std::string line, agent.read_line());
  if (const auto wrong = error_of(line)) return failure(*wrong);
  simdjson::dom::parser parser;
  std::string_view url;
  if (parser.parse(line)["url"].get(url) != simdjson::SUCCESS)
    return failure("the agent's answer cannot be understood");
  std::printf("%s\n", printable(url).c_str());
  std::fprintf(stderr, "It signs in whoever opens it first, once, within ten minutes.\n");
  return cli::kExitDone;
}

// Root over its own files, and nothing more: a history that `sudo picket analyze` made is root's.
Result<void> give_up_capabilities() {
  for (int one = 0; ::prctl(PR_CAPBSET_READ, one, 0, 0, 0) >= 0; ++one)
    if (::prctl(PR_CAPBSET_DROP, one, 0, 0, 0) != 0) return system_failure("drop a capability");
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3]{};
  if (::syscall(SYS_capset, &header, none) != 0) return system_failure("drop all capabilities");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return system_failure("give up new privileges");
  return {};
}

// Root becomes whoever the history belongs to: what is read there was written by others.
Result<void> become_owner(const std::string& folder) {
  struct stat facts {};
  if (::stat(folder.c_str(), &facts) != 0) return system_failure("look at " + folder);
  if (::geteuid() != 0) {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) return {};
    return system_failure("give up new privileges");
  }
  if (facts.st_uid == 0) return give_up_capabilities();
  return warden::become({facts.st_uid, facts.st_gid, "the history's owner"});
}

Result<int> serve(const cli::ConsoleRequest& request) {
  TRY(become_owner(request.state));
  struct sigaction action {};
  action.sa_handler = [](int) { stop_asked = 1; };
  sigset_t handled, before;
  sigemptyset(&handled);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
    ::sigaction(number, &action, nullptr);
    sigaddset(&handled, number);
  }
  ::signal(SIGPIPE, SIG_IGN);
  ::sigprocmask(SIG_BLOCK, &handled, &before);
  web::ConsoleSettings settings;
  settings.place = request.place;
  settings.folder = request.state;
  settings.on_thread_start = [&] { (void)sandbox::forbid_changing_files(request.state); };
  TRY_ASSIGN(const auto console, web::Console::start(std::move(settings)));
  TRY_ASSIGN(const std::string link, console->sign_in_link());
  TRY(agent::enter_sandbox(true, true));
  std::printf("%s\n", link.c_str());
  std::fflush(stdout);
  while (!stop_asked) ::ppoll(nullptr, 0, nullptr, &before);
  return cli::kExitDone;
}

}  // namespace

Result<int> run_console(const cli::ConsoleRequest& request) {
  return request.state.empty() ? print_link(request.socket) : serve(request);
}

}  // namespace picket::app::client
