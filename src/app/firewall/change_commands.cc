// SPDX-License-Identifier: Apache-2.0
// picket block, allow, unblock; picket rules import, mode, confirm.
#include <fcntl.h>

#include <cstdio>
#include <tuple>

#include "app/cli/exit_code.h"
#include "app/firewall/change.h"
#include "app/firewall/firewall_commands.h"
#include "app/firewall/rule_file.h"
#include "base/utf8.h"
#include "respond/audit/audit_log.h"
#include "respond/firewall/rule_text.h"
#include "respond/private_store.h"
#include "view/units.h"

namespace picket::app::firewall {
namespace {

using respond::firewall::Mode;
using respond::firewall::Rule;

void say(const std::string& line) { std::printf("%s\n", line.c_str()); }

void say_ended(const Changed& changed) {
  if (!changed.edited.note.empty()) std::fputs(changed.edited.note.c_str(), stdout);
  if (changed.ended)
    say("ended " + view::grouped(changed.ended) +
        (changed.ended == 1 ? " connection" : " connections"));
  if (!changed.ended_note.empty())
    std::fprintf(stderr,
                 "picket: not every connection could be ended, packets of it are dropped: %s\n",
                 changed.ended_note.c_str());
}

std::string numbers(const std::vector<uint32_t>& ids) {
  std::string text;
  for (const uint32_t id : ids) text += ' ' + std::to_string(id);
  return text;
}

// Changes the rules and writes down who did, before and after.
Result<Changed> audited_change(const cli::FirewallPlace& place, const Edit& edit, bool i_know,
                               const std::string& action, const std::string& target,
                               const std::string& reason = {}) {
  TRY_ASSIGN(auto log, respond::AuditLog::open(place.responses.empty() ? respond::default_folder()
                                                                       : place.responses));
  respond::AuditRecord record;
  record.time = system_clock().wall();
  record.actor = respond::caller_words(action);
  record.action = action;
  record.target = target;
  record.reason = reason;
  Changed changed;
  const auto act = [&](respond::AuditRecord& after) -> Result<void> {
    TRY_ASSIGN(changed, change_rules(where_of(place), edit, i_know));
    const auto& [added, removed] = std::tie(changed.edited.added, changed.edited.removed);
    after.after = (added.empty() ? "" : "added rules" + numbers(added)) +
                  (removed.empty() ? "" : "removed rules" + numbers(removed));
    if (!added.empty()) after.undo = "picket unblock" + numbers(added);
    return {};
  };
  TRY(respond::audited(log, record, act));
  return changed;
}

// What the rules say, without the words that the person just gave.
std::string short_words(Rule rule, uint32_t id) {
  rule.id = id;
  rule.author.clear();
  rule.made.reset();
  return printable(respond::firewall::write_rule(rule));
}

}  // namespace

Where where_of(const cli::FirewallPlace& place) {
  Where where;
  if (!place.rules.empty()) where.rules = place.rules;
  if (!place.pins.empty()) where.pins = place.pins;
  where.cgroup = place.cgroup;
  return where;
}

Result<int> run_block(const cli::BlockRequest& request) {
  Edit edit;
  edit.add = request.rules;
  if (request.list) edit.lists.push_back(*request.list);
  std::string target;
  for (const Rule& rule : request.rules)
    target += (target.empty() ? "" : "; ") + respond::firewall::write_rule(rule);
  const std::string action(respond::firewall::action_text(request.rules.front().action));
  TRY_ASSIGN(const Changed changed, audited_change(request.place, edit, request.i_know, action,
                                                   target, request.rules.front().reason));
  std::string undo = "undo with: picket unblock";
  std::string confirm = "picket rules confirm";
  for (size_t i = 0; i < changed.edited.added.size(); ++i) {
    const uint32_t id = changed.edited.added[i];
    say(short_words(request.rules[i], id));
    undo += ' ' + std::to_string(id);
    confirm += ' ' + std::to_string(id);
  }
  say_ended(changed);
  if (changed.edited.mode == Mode::kObserve)
    say("the firewall only observes: nothing is blocked until picket rules mode enforce");
  if (request.rules.front().confirm_by)
    say("confirm before " + rfc3339(*request.rules.front().confirm_by) + " with: " + confirm);
  say(undo);
  return cli::kExitDone;
}

Result<int> run_unblock(const cli::UnblockRequest& request) {
  const Where where = where_of(request.place);
  Edit edit;
  edit.remove = request.ids;
  edit.remove_remote = request.remotes;
  edit.remove_all = request.all;
  const std::string target = request.all ? "all that blocks" : request.words;
  auto changed = audited_change(request.place, edit, true, "unblock", target);
  if (!changed) {
    if (!request.all) return std::unexpected(changed.error());
    // Whatever is wrong with the rule file: nothing is to be blocked any more.
    TRY_ASSIGN(const enforce::Firewall firewall, firewall_at(where));
    TRY(firewall.remove());
    say("the firewall is out of the kernel: nothing is blocked");
    std::fprintf(stderr, "picket: the rule file stays as it is: %s\n",
                 changed.error().text().c_str());
    return cli::kExitDone;
  }
  const std::string removed = numbers(changed->edited.removed);
  say(removed.empty() ? "there was no rule to remove" : "removed rule" + removed);
  say_ended(*changed);
  return cli::kExitDone;
}

Result<int> run_rules_import(const cli::RulesOptions& options) {
  const UniqueFd file(open(options.file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return system_failure("read " + options.file);
  Edit edit;
  TRY_ASSIGN(edit.import, read_whole(file.get(), respond::firewall::kRuleFileMax, options.file));
  auto changed = audited_change(options.place, edit, options.i_know, "import rules", options.file);
  if (!changed) {
    Error error = changed.error();
    if (!error.message.empty() && error.message[0] >= '0' && error.message[0] <= '9')
      error.message = printable(options.file) + ":" + error.message;
    return std::unexpected(std::move(error));
  }
  say(view::grouped(changed->edited.rules.size()) + " rules are in force, mode " +
      std::string(respond::firewall::mode_text(changed->edited.mode)));
  say_ended(*changed);
  return cli::kExitDone;
}

Result<int> run_rules_reload(const cli::RulesOptions& options) {
  Edit edit;
  edit.swap = options.swap;
  TRY_ASSIGN(const Changed changed,
             audited_change(options.place, edit, options.i_know, "reload rules", ""));
  say(view::grouped(changed.edited.rules.size()) + " rules are in force, mode " +
      std::string(respond::firewall::mode_text(changed.edited.mode)));
  say_ended(changed);
  return cli::kExitDone;
}

Result<int> run_rules_mode(const cli::RulesOptions& options, Mode mode) {
  Edit edit;
  edit.mode = mode;
  TRY_ASSIGN(const Changed changed,
             audited_change(options.place, edit, options.i_know, "set the firewall's mode",
                            std::string(respond::firewall::mode_text(mode))));
  say(mode == Mode::kEnforce ? view::grouped(changed.edited.rules.size()) + " rules are enforced"
                             : "the firewall only observes: matches are told, nothing is blocked");
  say_ended(changed);
  return cli::kExitDone;
}

Result<int> run_rules_confirm(const cli::RulesOptions& options, const std::vector<uint32_t>& ids) {
  Edit edit;
  edit.confirm = ids;
  TRY_ASSIGN(const Changed changed,
             audited_change(options.place, edit, true, "confirm rules", numbers(ids)));
  say("confirmed");
  say_ended(changed);
  return cli::kExitDone;
}

}  // namespace picket::app::firewall
