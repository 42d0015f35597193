// SPDX-License-Identifier: Apache-2.0
// picket kill, suspend and resume.
#include <cstdio>

#include "app/cli/exit_code.h"
#include "app/response/audit_draft.h"
#include "app/response/response_commands.h"
#include "app/response/target.h"
#include "base/json_writer.h"
#include "base/utf8.h"

namespace picket::app::response {
namespace {

using respond::ProcessAct;
using respond::ProcessOutcome;

std::string undo_of(ProcessAct act, const ProcessOutcome& outcome) {
  if (act != ProcessAct::kSuspend) return {};
  return "picket resume " + std::to_string(outcome.process.key.pid) + "@" +
         std::to_string(outcome.process.key.start_ns);
}

void print(const ProcessOutcome& outcome, ProcessAct act, bool json) {
  if (!json) {
    std::printf("%s %u (%s): %s -> %s%s\n", std::string(respond::text(act)).c_str(),
                outcome.process.key.pid, printable(outcome.process.name).c_str(),
                outcome.before.c_str(), outcome.after.c_str(),
                outcome.done ? "" : (", failed: " + outcome.done.error().message).c_str());
    return;
  }
  std::string line;
  JsonWriter out(line);
  out.begin_object().member("action", respond::text(act)).member("pid", outcome.process.key.pid);
  out.member("start_ns", outcome.process.key.start_ns).member("name", outcome.process.name);
  out.member_if("executable", outcome.process.executable);
  out.member("before", outcome.before).member("after", outcome.after);
  out.member("result", outcome.done ? "done" : "failed: " + outcome.done.error().message);
  std::puts((out.end_object(), line).c_str());
}

// One target; whether all of it was done.
Result<bool> act_on_target(const cli::ProcessActOptions& options, ProcessAct act,
                           respond::AuditLog& log, const std::string& given) {
  TRY_ASSIGN(const Target target, find_target(given, options.place.state));
  if (target.pid == 0)
    return failure(printable(given) + " names no process",
                   target.alert ? "The alert knows none, or not since when it ran."
                                : "Name a process by its number.");
  respond::AuditRecord record = draft(
      std::string(respond::text(act)) + (options.tree ? " tree" : ""), options.reason, target);
  auto held = respond::HeldProcess::hold(target.pid, target.start_ns);
  if (!held) {
    record.result = "refused: " + held.error().message;
    TRY(log.append(record));
    return std::unexpected(std::move(held).error());
  }
  const respond::ProcessFound& found = held->found();
  record.target = std::to_string(found.key.pid) + "@" + std::to_string(found.key.start_ns) + " " +
                  (found.executable.empty() ? found.name : found.executable);
  record.before = respond::state_words(found.state);
  bool all_done = true;
  TRY(respond::audited(log, record, [&](respond::AuditRecord& after) -> Result<void> {
    TRY_ASSIGN(const auto outcomes,
               respond::act_on(std::move(*held), {act, options.tree, options.i_know}));
    Result<void> result;
    for (const ProcessOutcome& outcome : outcomes) {
      print(outcome, act, options.json);
      all_done = all_done && outcome.done.has_value();
      if (!outcome.done && result) result = outcome.done;
    }
    after.after = outcomes.front().after;
    if (outcomes.size() > 1) after.after += ", " + std::to_string(outcomes.size()) + " processes";
    after.undo = undo_of(act, outcomes.front());
    return result;
  }));
  return all_done;
}

}  // namespace

Result<int> run_process_act(const cli::ProcessActOptions& options, ProcessAct act) {
  TRY_ASSIGN(respond::AuditLog log, open_log(options.place));
  int code = cli::kExitDone;
  for (const std::string& given : options.targets) {
    const Result<bool> done = act_on_target(options, act, log, given);
    if (done && *done) continue;
    code = cli::kExitCouldNot;
    if (!done) std::fprintf(stderr, "picket: %s\n", done.error().text().c_str());
  }
  return code;
}

}  // namespace picket::app::response
