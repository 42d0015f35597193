// SPDX-License-Identifier: Apache-2.0
// picket rules list, export.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <map>

#include "app/cli/exit_code.h"
#include "app/firewall/change.h"
#include "app/firewall/firewall_commands.h"
#include "app/firewall/rule_file.h"
#include "app/firewall/rules_view.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "respond/firewall/rule_text.h"
#include "view/units.h"

namespace picket::app::firewall {
namespace {

using respond::firewall::Rule;
using respond::firewall::RuleSet;
using Hits = std::map<uint32_t, pf_hits>;

// What the kernel tells, read with root's rights before they are given up for reading text.
struct Seen {
  Hits hits;
  pf_counters losses{};
  bool counted = false;  // the kernel's counters could be read
  bool installed = false;
  int64_t boot_minus_wall_ns = 0;
};

Result<Seen> look(const Where& where) {
  Seen seen;
  if (geteuid() != 0) return seen;
  TRY_ASSIGN(const enforce::Firewall firewall, firewall_at(where));
  seen.installed = firewall.installed();
  seen.boot_minus_wall_ns = enforce::boot_minus_wall_ns();
  if (const auto hits = firewall.tables().hits(); hits) {
    seen.counted = true;
    seen.hits.insert(hits->begin(), hits->end());
    TRY_ASSIGN(seen.losses, firewall.tables().losses());
  }
  return seen;
}

std::string last_hit(const Seen& seen, const pf_hits& hits) {
  if (hits.last == 0) return {};
  return rfc3339(WallTime{static_cast<int64_t>(hits.last) - seen.boot_minus_wall_ns});
}

void print_json(const Rule& rule, const Seen& seen, std::string_view mode) {
  std::string line;
  JsonWriter json(line);
  json.begin_object().member("rule", rule.id);
  json.member("action", respond::firewall::action_text(rule.action)).member("mode", mode);
  json.member("priority", rule.priority);
  json.member("direction", respond::firewall::direction_text(rule.direction));
  if (rule.protocol) json.member("protocol", respond::firewall::protocol_text(*rule.protocol));
  if (rule.remote) json.member("remote", rule.remote->text());
  json.member_if("list", rule.list);
  if (!rule.port.any()) json.member("port", rule.port.text());
  json.member_if("program", rule.program);
  if (rule.digest) json.member("sha256", respond::firewall::digest_text(*rule.digest));
  if (rule.user) json.member("user", *rule.user);
  json.member_if("unit", rule.unit);
  if (rule.loopback) json.member("loopback", true);
  if (rule.until) json.member("until", rfc3339(*rule.until));
  if (rule.confirm_by) json.member("confirm_by", rfc3339(*rule.confirm_by));
  json.member_if("reason", rule.reason).member_if("author", rule.author);
  if (rule.made) json.member("made", rfc3339(*rule.made));
  if (const auto found = seen.hits.find(rule.id); found != seen.hits.end()) {
    json.member("hits", found->second.hits).member("packets", found->second.packets);
    json.member("bytes", found->second.bytes);
    json.member_if("last_hit", last_hit(seen, found->second));
  }
  json.end_object();
  std::printf("%s\n", line.c_str());
}

void print_line(const Rule& rule, const Seen& seen) {
  std::printf("%s\n", printable(respond::firewall::write_rule(rule)).c_str());
  if (!seen.counted) return;
  const auto found = seen.hits.find(rule.id);
  if (found == seen.hits.end() || found->second.hits == 0) {
    std::printf("    no hits\n");
    return;
  }
  const pf_hits& hits = found->second;
  std::printf("    %s hits, %s packets, %s bytes, last %s\n", view::grouped(hits.hits).c_str(),
              view::grouped(hits.packets).c_str(), view::grouped(hits.bytes).c_str(),
              last_hit(seen, hits).c_str());
}

// In the order of enum pf_counter.
constexpr std::array<const char*, PF_COUNTERS> kLossWords{
    "searches given up: too many rules that only log or have ended",
    "sockets whose owner could not be kept",
    "programs that could not be noted: rules by program miss them",
    "cgroups that could not be noted: rules by unit miss them",
    "decisions not told: nobody read them in time",
    "packets passed unread",
    "programs with a path too long for rules by path",
    "lookups without tables",
    "lookups without room"};

void print_losses(const pf_counters& losses) {
  for (size_t i = 0; i < kLossWords.size(); ++i)
    if (losses.of[i]) std::printf("%s %s\n", view::grouped(losses.of[i]).c_str(), kLossWords[i]);
}

}  // namespace

Result<RuleSet> read_rules(const Where& where) {
  const UniqueFd file(open(where.rules.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file && errno == ENOENT) return RuleSet{};
  if (!file) return system_failure("read " + where.rules, errno, "Run the same command with sudo.");
  TRY_ASSIGN(const std::string text,
             read_whole(file.get(), respond::firewall::kRuleFileMax, where.rules));
  if (geteuid() == 0) {
    TRY_ASSIGN(const warden::Account account, warden::find_account(where.user));
    TRY(warden::become(account));
  }
  auto rules = respond::firewall::parse_rules(text);
  if (!rules) rules.error().message = where.rules + ":" + rules.error().message;
  return rules;
}

Result<int> run_rules_list(const cli::RulesOptions& options) {
  const Where where = where_of(options.place);
  const bool root = geteuid() == 0;
  TRY_ASSIGN(const Seen seen, look(where));
  TRY_ASSIGN(const RuleSet rules, read_rules(where));
  const std::string_view mode = respond::firewall::mode_text(rules.mode);
  for (const Rule& rule : rules.rules)
    if (options.json)
      print_json(rule, seen, mode);
    else
      print_line(rule, seen);
  if (options.json) return cli::kExitDone;
  print_losses(seen.losses);
  std::printf("%s rules, mode %s%s\n", view::grouped(rules.rules.size()).c_str(),
              std::string(mode).c_str(),
              root && !seen.installed ? "; nothing of it is in the kernel" : "");
  return cli::kExitDone;
}

Result<int> run_rules_export(const cli::RulesOptions& options) {
  const Where where = where_of(options.place);
  TRY_ASSIGN(const RuleSet rules, read_rules(where));
  std::fputs(respond::firewall::write_rules(rules).c_str(), stdout);
  return cli::kExitDone;
}

}  // namespace picket::app::firewall
