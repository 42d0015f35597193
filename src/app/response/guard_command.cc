// SPDX-License-Identifier: Apache-2.0
// picket guard: certain programs are not started while it runs.
#include <stdlib.h>

#include <csignal>
#include <cstdio>

#include "app/cli/exit_code.h"
#include "app/response/audit_draft.h"
#include "app/response/response_commands.h"
#include "base/utf8.h"
#include "respond/exec_guard/exec_guard.h"

namespace picket::app::response {
namespace {

constexpr int kWaitMs = 200;

volatile std::sig_atomic_t guard_ends = 0;
void end_guard(int) { guard_ends = 1; }

Result<respond::ExecGuard::Rules> guard_rules(const cli::GuardOptions& options) {
  respond::ExecGuard::Rules rules;
  for (const std::string& path : options.paths) {
    char* real = ::realpath(path.c_str(), nullptr);
    if (!real) return system_failure("look at " + printable(path));
    rules.paths.insert(real);
    ::free(real);
  }
  rules.sha256.insert(options.hashes.begin(), options.hashes.end());
  return rules;
}

void print_denied(const respond::ExecGuard::Denied& denied, bool json) {
  std::string line;
  if (json) {
    JsonWriter out(line);
    out.begin_object().member("denied", denied.path).member("pid", denied.pid);
    out.member("why", denied.why).member_if("sha256", denied.sha256).end_object();
  } else {
    line = "forbidden: " + printable(denied.path) + " for " + denied.why + ", to process " +
           std::to_string(denied.pid);
  }
  std::puts(line.c_str());
  std::fflush(stdout);
}

}  // namespace

Result<int> run_guard(const cli::GuardOptions& options) {
  TRY_ASSIGN(respond::AuditLog log, open_log(options.place));
  TRY_ASSIGN(respond::ExecGuard::Rules rules, guard_rules(options));
  const std::vector<std::string> places =
      options.on.empty() ? std::vector<std::string>{"/"} : options.on;
  TRY_ASSIGN(respond::ExecGuard guard, respond::ExecGuard::start(std::move(rules), places));
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, end_guard);
  std::fprintf(stderr, "picket: guards %zu file systems; ends with Ctrl-C\n", places.size());
  const auto on_denied = [&](const respond::ExecGuard::Denied& denied) {
    print_denied(denied, options.json);
    Target target;
    target.given = denied.path;
    respond::AuditRecord record = draft("forbid start", options.reason, target);
    record.before = "wanted by process " + std::to_string(denied.pid);
    record.after = "not started, for " + denied.why;
    record.result = "done";
    if (const auto written = log.append(record); !written)
      std::fprintf(stderr, "picket: %s\n", written.error().text().c_str());
  };
  while (guard_ends == 0 && guard.answer(kWaitMs, on_denied)) {
  }
  const respond::ExecGuard::Account& account = guard.account();
  std::fprintf(
      stderr,
      "picket: %llu starts, %llu forbidden, %llu let through unjudged; answers took %llu us "
      "in the mean, %llu us at most\n",
      static_cast<unsigned long long>(account.answered),
      static_cast<unsigned long long>(account.denied),
      static_cast<unsigned long long>(account.let_through),
      static_cast<unsigned long long>(account.answered == 0 ? 0
                                                            : account.total_us / account.answered),
      static_cast<unsigned long long>(account.longest_us));
  return cli::kExitDone;
}

}  // namespace picket::app::response
