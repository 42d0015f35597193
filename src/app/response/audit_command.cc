// SPDX-License-Identifier: Apache-2.0
// picket audit: what was done, and whether the log of it is whole.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/exit_code.h"
#include "app/response/audit_draft.h"
#include "app/response/response_commands.h"
#include "base/utf8.h"
#include "respond/private_store.h"

namespace picket::app::response {
namespace {

void print_line(std::string_view line) {
  const auto record = nlohmann::json::parse(line, nullptr, false);
  if (!record.is_object()) {
    std::printf("? %s\n", printable(line).c_str());
    return;
  }
  const auto text = [&](const char* name) {
    const auto at = record.find(name);
    return at != record.end() && at->is_string() ? printable(at->get<std::string>())
                                                 : std::string();
  };
  std::string out =
      text("time") + "  " + text("action") + "  " + text("target") + "\n    " + text("result");
  const std::string before = text("before"), after = text("after");
  if (!after.empty()) out += ": " + before + " -> " + after;
  out += ", by " + text("actor");
  if (const std::string reason = text("reason"); !reason.empty()) out += "\n    why: " + reason;
  if (const std::string alert = text("alert"); !alert.empty())
    out += "\n    alert " + alert + ", rule " + text("rule");
  if (const std::string undo = text("undo"); !undo.empty()) out += "\n    undo: " + undo;
  std::puts(out.c_str());
}

}  // namespace

std::string responses_folder(const cli::ResponsePlace& place) {
  return place.responses.empty() ? respond::default_folder() : place.responses;
}

Result<respond::AuditLog> open_log(const cli::ResponsePlace& place) {
  return respond::AuditLog::open(responses_folder(place));
}

respond::AuditRecord draft(std::string action, const std::string& reason, const Target& target) {
  respond::AuditRecord record;
  record.time = system_clock().wall();
  record.actor = respond::caller_words(action);
  record.action = std::move(action);
  record.target = target.given;
  record.reason = reason;
  if (target.alert) {
    record.alert_id = target.alert->id;
    record.rule_id = target.alert->rule_id;
    if (reason.empty()) record.reason = target.alert->reason;
  }
  return record;
}

Result<int> run_audit(const cli::AuditOptions& options) {
  const auto each = [&](std::string_view line) {
    if (options.verify) return;
    if (options.json)
      std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
    else
      print_line(line);
  };
  TRY_ASSIGN(const respond::AuditCheck check,
             respond::read_audit(responses_folder(options.place), each));
  std::fflush(stdout);
  for (const std::string& problem : check.problems)
    std::fprintf(stderr, "picket: the audit log is broken: %s\n", problem.c_str());
  if (options.verify && check.problems.empty())
    std::printf("%llu lines, the chain is whole\n", static_cast<unsigned long long>(check.lines));
  return check.problems.empty() ? cli::kExitDone : cli::kExitFound;
}

}  // namespace picket::app::response
