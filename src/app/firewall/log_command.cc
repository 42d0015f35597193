// SPDX-License-Identifier: Apache-2.0
// picket rules log: which rule decided what, why, for whom.
#include <poll.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <unordered_map>

#include "app/cli/exit_code.h"
#include "app/firewall/firewall_commands.h"
#include "app/firewall/rules_view.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "enforce/decisions.h"
#include "respond/firewall/rule_text.h"

namespace picket::app::firewall {
namespace {

using respond::firewall::Action;
using respond::firewall::Rule;

constexpr int kFollowMs = 200;

// Why a rule is there, by its number, from the rule file as it was when the command began.
using Reasons = std::unordered_map<uint32_t, std::string>;

std::string_view done_text(const pf_decision& decision) {
  if (decision.action == PF_LOG) return "logged";
  if (decision.action == PF_ALLOW) return "allowed";
  if (!decision.enforced) return "would be blocked";
  return decision.action == PF_REJECT ? "rejected" : "blocked";
}

// What the process runs, while it is still there.
std::string executable_of(uint32_t pid) {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/exe", error).string();
}

std::string command_of(const pf_decision& decision) {
  return std::string(decision.comm, strnlen(decision.comm, sizeof decision.comm));
}

void print_json(const pf_decision& decision, const Reasons& reasons, const Endpoint& remote) {
  std::string line;
  JsonWriter json(line);
  json.begin_object();
  json.member("time", rfc3339(system_clock().wall_at(MonoTime{decision.at})));
  json.member("result", done_text(decision)).member("rule", decision.rule);
  if (const auto reason = reasons.find(decision.rule); reason != reasons.end())
    json.member_if("reason", reason->second);
  json.member("direction", decision.direction == PF_IN ? "in" : "out");
  json.member("protocol", respond::firewall::protocol_text(decision.protocol));
  json.member("remote", remote.address.text()).member("remote_port", remote.port);
  json.member("local_port", decision.local_port);
  json.member("pid", decision.pid).member("uid", decision.uid);
  json.member_if("command", command_of(decision));
  json.member_if("executable", executable_of(decision.pid));
  json.end_object();
  std::printf("%s\n", line.c_str());
}

void print_words(const pf_decision& decision, const Reasons& reasons, const Endpoint& remote) {
  const std::string executable = executable_of(decision.pid);
  const auto reason = reasons.find(decision.rule);
  std::printf("%s %s by rule %u: %s (pid %u, uid %u) %s %s %s%s%s\n",
              rfc3339(system_clock().wall_at(MonoTime{decision.at})).c_str(),
              std::string(done_text(decision)).c_str(), decision.rule,
              printable(executable.empty() ? command_of(decision) : executable).c_str(),
              decision.pid, decision.uid, decision.direction == PF_IN ? "from" : "to",
              remote.text().c_str(), respond::firewall::protocol_text(decision.protocol).c_str(),
              reason == reasons.end() || reason->second.empty() ? "" : ": ",
              reason == reasons.end() ? "" : printable(reason->second).c_str());
}

}  // namespace

Result<int> run_rules_log(const cli::RulesOptions& options) {
  const Where where = where_of(options.place);
  TRY_ASSIGN(const enforce::Firewall firewall, firewall_at(where));
  Reasons reasons;
  TRY_ASSIGN(auto log, enforce::DecisionLog::open(firewall.pins(), [&](const pf_decision& seen) {
               const Endpoint remote{IpAddress::v6_bytes(seen.remote), seen.remote_port};
               (options.json ? print_json : print_words)(seen, reasons, remote);
             }));
  TRY_ASSIGN(const respond::firewall::RuleSet rules, read_rules(where));
  for (const Rule& rule : rules.rules) reasons.emplace(rule.id, rule.reason);
  do {
    TRY(log.read());
    std::fflush(stdout);
    if (std::ferror(stdout)) break;
  } while (options.follow && (poll(nullptr, 0, kFollowMs), true));
  return cli::kExitDone;
}

}  // namespace picket::app::firewall
