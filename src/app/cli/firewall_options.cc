// SPDX-License-Identifier: Apache-2.0
#include "app/cli/firewall_options.h"

#include <pwd.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Option.hpp>

#include <charconv>
#include <cstdlib>
#include <filesystem>

#include "base/utf8.h"
#include "respond/firewall/rule_text.h"
#include "search/query_value.h"

namespace picket::app::cli {
namespace {

using namespace respond::firewall;

constexpr const char* kOperandGroup = "Whom it is about";
constexpr const char* kTimeGroup = "How long";
constexpr const char* kSafetyGroup = "Safety";
constexpr const char* kFirewallWhereGroup = "Where";

void add_place(CLI::App& command, FirewallPlace& place) {
  command.add_option("--rules", place.rules, "the rule file (/etc/picket/firewall.rules)")
      ->type_name("FILE")
      ->group(kFirewallWhereGroup);
  command
      .add_option("--pins", place.pins, "where the kernel's part is pinned (/sys/fs/bpf/picket)")
      ->type_name("DIR")
      ->group(kFirewallWhereGroup);
  command
      .add_option("--cgroup", place.cgroup,
                  "for the processes of this cgroup v2 directory alone, not the whole machine")
      ->type_name("DIR")
      ->group(kFirewallWhereGroup);
  command
      .add_option("--responses", place.responses,
                  "the folder where it is written down what was done, for picket audit")
      ->type_name("DIR")
      ->group(kFirewallWhereGroup);
}

void add_i_know(CLI::App& command, bool& i_know) {
  command
      .add_flag("--i-know", i_know,
                "even when it cuts off the connection you came by, or picket itself")
      ->group(kSafetyGroup);
}

std::string quoted_value(std::string_view value) { return "\"" + printable(value) + "\""; }

std::unexpected<Error> not_a(const char* option, std::string_view value, const char* what,
                             const char* next) {
  return failure(std::string(option) + ": " + quoted_value(value) + " is no " + what, next);
}

Result<std::optional<uint32_t>> user_id(const std::string& given) {
  if (given.empty()) return std::optional<uint32_t>();
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), number);
  if (error == std::errc() && end == given.data() + given.size()) return std::optional(number);
  if (const passwd* entry = getpwnam(given.c_str())) return std::optional<uint32_t>(entry->pw_uid);
  return not_a("--user", given, "user of this machine", "name a user, or give the id");
}

Result<std::optional<WallTime>> end_after(const char* option, const std::string& given,
                                          WallTime now) {
  if (given.empty()) return std::optional<WallTime>();
  const auto span = search::parse_span(given);
  if (!span || *span <= 0) return not_a(option, given, "span of time", "write 60s, 30m, 1h or 7d");
  // Whole microseconds, as the rule file writes times.
  return std::optional(WallTime{(now.ns + *span) / 1000 * 1000});
}

// Who gives the rule: the user behind sudo, or the one logged in.
std::string author() {
  for (const char* name : {"SUDO_USER", "LOGNAME", "USER"})
    if (const char* value = std::getenv(name); value && *value)
      return std::string(value).substr(0, kTextMax);
  const passwd* entry = getpwuid(getuid());
  return entry ? entry->pw_name : "uid " + std::to_string(getuid());
}

Result<Rule> operands_of(const BlockOptions& options) {
  Rule rule;
  if (!options.port.empty()) {
    const auto port = PortRange::parse(options.port);
    if (!port) return not_a("--port", options.port, "port", "write 443 or 6000-6063");
    rule.port = *port;
  }
  if (!options.protocol.empty()) {
    rule.protocol = parse_protocol(options.protocol);
    if (!rule.protocol)
      return not_a("--protocol", options.protocol, "protocol", "write tcp, udp, icmp or a number");
  }
  if (!options.direction.empty()) {
    const auto direction = parse_direction(options.direction);
    if (!direction) return not_a("--direction", options.direction, "direction", "write in or out");
    rule.direction = *direction;
  }
  if (!options.hash.empty()) {
    rule.digest = parse_digest(options.hash);
    if (!rule.digest)
      return not_a("--hash", options.hash, "SHA-256", "write its 64 hexadecimal digits");
  }
  if (!options.program.empty()) {
    // What runs is told by the path without links.
    std::error_code error;
    const auto path = std::filesystem::canonical(options.program, error);
    rule.program = error ? options.program : path.string();
  }
  TRY_ASSIGN(rule.user, user_id(options.user));
  rule.unit = options.unit;
  rule.loopback = options.loopback;
  rule.logs = options.log;
  rule.reason = options.reason;
  return rule;
}

// One rule for each address, or one for all that is not an address.
Result<void> spread(const BlockOptions& options, const Rule& rule, std::vector<Rule>& rules) {
  for (const std::string& word : options.remote) {
    Rule one = rule;
    one.remote = Prefix::parse(word);
    if (!one.remote)
      return failure(quoted_value(word) + " is no address and no prefix",
                     "write 203.0.113.9 or 203.0.113.0/24; the addresses of a name are in picket "
                     "search dns.name:NAME; a program is --program PATH");
    TRY(check_rule(one));
    rules.push_back(std::move(one));
  }
  if (!options.remote.empty()) return {};
  TRY(check_rule(rule));
  rules.push_back(rule);
  return {};
}

}  // namespace

void add_block_options(CLI::App& command, BlockOptions& options, bool blocks) {
  const auto operand = [&](const char* name, std::string& to, const char* help, const char* type) {
    command.add_option(name, to, help)->type_name(type)->group(kOperandGroup);
  };
  command.add_option("address", options.remote, "addresses and prefixes, IPv4 and IPv6")
      ->type_name("ADDRESS");
  operand("--port", options.port, "port of the side that is called: 443, 6000-6063", "PORT");
  operand("--protocol", options.protocol, "tcp, udp, icmp, icmpv6, sctp or a number", "PROTOCOL");
  operand("--direction", options.direction, "who opens it: out (this machine), in or both", "WAY");
  operand("--program", options.program, "the program with this path", "PATH");
  operand("--hash", options.hash, "every copy of the program with this SHA-256", "SHA256");
  operand("--user", options.user, "processes of this user", "USER");
  operand("--unit", options.unit, "processes of this systemd unit, or cgroup by its name", "UNIT");
  operand("--list", options.list, "every address and prefix that this file lists", "FILE");
  command.add_flag("--loopback", options.loopback, "the machine's talk with itself too")
      ->group(kOperandGroup);
  command.add_option("--for", options.lasts, "ends by itself after this: 30m, 1h, 7d")
      ->type_name("SPAN")
      ->group(kTimeGroup);
  command
      .add_option("--confirm-within", options.confirm_within,
                  "ends after this unless confirmed with picket rules confirm")
      ->type_name("SPAN")
      ->group(kSafetyGroup);
  add_i_know(command, options.i_know);
  command.add_option("--reason", options.reason, "why, for whoever reads the rule")
      ->type_name("TEXT");
  command
      .add_option("--priority", options.priority,
                  "which rule decides: the lowest (block 1000, "
                  "allow 500)")
      ->type_name("NUMBER");
  if (blocks) {
    command.add_flag("--reject", options.reject, "connecting fails as if nobody listened there");
    command.add_flag("--log-only", options.only_log, "tell it and let it pass");
  } else {
    command.add_flag("--log", options.log, "tell each, too");
  }
  add_place(command, options.place);
}

Result<BlockRequest> resolve_block(const BlockOptions& options, bool blocks, WallTime now) {
  if (options.reject && options.only_log)
    return failure("--reject and --log-only exclude each other", "choose one of them");
  if (options.loopback && !options.i_know)
    return failure("--loopback may cut programs of this machine off from each other",
                   "say --i-know if that is meant");
  if (!options.list.empty() && !options.remote.empty())
    return failure("--list and addresses are in one command", "give two commands");
  BlockRequest request;
  request.place = options.place;
  request.i_know = options.i_know;
  TRY_ASSIGN(Rule rule, operands_of(options));
  rule.action = !blocks            ? Action::kAllow
                : options.reject   ? Action::kReject
                : options.only_log ? Action::kLog
                                   : Action::kBlock;
  rule.priority = options.only_log || !blocks ? 500 : 1000;
  if (options.priority) {
    if (*options.priority > kPriorityMax)
      return failure("--priority: at most " + std::to_string(kPriorityMax), "write a lower number");
    rule.priority = static_cast<uint16_t>(*options.priority);
  }
  TRY_ASSIGN(rule.until, end_after("--for", options.lasts, now));
  TRY_ASSIGN(rule.confirm_by, end_after("--confirm-within", options.confirm_within, now));
  rule.made = WallTime{now.ns / 1'000'000'000 * 1'000'000'000};
  rule.author = author();
  if (!options.list.empty()) {
    const std::filesystem::path path = std::filesystem::absolute(options.list);
    request.list = List{path.stem().string(), path.string()};
    rule.list = request.list->name;
  }
  TRY(spread(options, rule, request.rules));
  return request;
}

void add_unblock_options(CLI::App& command, UnblockOptions& options) {
  command
      .add_option("rule", options.targets, "numbers of rules, or addresses as they were blocked")
      ->type_name("RULE|ADDRESS");
  command.add_flag("--all", options.all,
                   "every rule that blocks; works without agent and rule file");
  add_place(command, options.place);
}

Result<UnblockRequest> resolve(const UnblockOptions& options) {
  UnblockRequest request;
  request.place = options.place;
  request.all = options.all;
  if (options.all != options.targets.empty())
    return failure("picket unblock: " + std::string(options.all ? "--all and single rules exclude "
                                                                  "each other"
                                                                : "nothing to unblock"),
                   "name rules or addresses, or say --all");
  for (const std::string& word : options.targets) {
    request.words += (request.words.empty() ? "" : " ") + word;
    uint32_t id = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), id);
    if (error == std::errc() && end == word.data() + word.size()) {
      request.ids.push_back(id);
    } else if (const auto prefix = Prefix::parse(word)) {
      request.remotes.push_back(*prefix);
    } else {
      return failure(quoted_value(word) + " is no number of a rule and no address",
                     "picket rules list shows the rules");
    }
  }
  return request;
}

void add_rules_list_options(CLI::App& command, RulesOptions& options) {
  command.add_flag("--json", options.json, "one JSON object a line");
  add_place(command, options.place);
}
void add_rules_export_options(CLI::App& command, RulesOptions& options) {
  add_place(command, options.place);
}
void add_rules_import_options(CLI::App& command, RulesOptions& options) {
  command.add_option("file", options.file, "a rule file, as picket rules export writes it")
      ->type_name("FILE")
      ->required();
  add_i_know(command, options.i_know);
  add_place(command, options.place);
}
void add_rules_mode_options(CLI::App& command, RulesOptions& options) {
  command.add_option("mode", options.words, "observe: only tell; enforce: do it")
      ->type_name("MODE")
      ->required()
      ->expected(1);
  add_i_know(command, options.i_know);
  add_place(command, options.place);
}
void add_rules_confirm_options(CLI::App& command, RulesOptions& options) {
  command.add_option("rule", options.words, "numbers of rules given with --confirm-within")
      ->type_name("RULE")
      ->required();
  add_place(command, options.place);
}
void add_rules_log_options(CLI::App& command, RulesOptions& options) {
  command.add_flag("-f,--follow", options.follow, "go on with those to come, until interrupted");
  add_rules_list_options(command, options);
}
void add_rules_reload_options(CLI::App& command, RulesOptions& options) {
  command.add_flag("--swap", options.swap,
                   "put this picket's programs in the place of those in the kernel, too");
  add_i_know(command, options.i_know);
  add_place(command, options.place);
}
void add_rules_test_options(CLI::App& command, RulesOptions& options) {
  command
      .add_option("rule", options.words,
                  "a rule as the rule file has it: block remote 203.0.113.0/24 port 443")
      ->type_name("WORD")
      ->required();
  command.add_option("--state", options.state, "the folder that the history is kept in")
      ->type_name("DIR")
      ->group(kFirewallWhereGroup);
  command.add_flag("--json", options.json, "one JSON object a line");
}

Result<Mode> resolve_mode(const RulesOptions& options) {
  const auto mode = parse_mode(options.words.front());
  if (!mode)
    return failure(quoted_value(options.words.front()) + " is no mode", "write observe or enforce");
  return *mode;
}

Result<std::vector<uint32_t>> resolve_ids(const RulesOptions& options) {
  TRY_ASSIGN(const UnblockRequest request, resolve(UnblockOptions{{}, options.words, false}));
  if (!request.remotes.empty())
    return failure("rules are confirmed by their numbers", "picket rules list shows them");
  return request.ids;
}

Result<Rule> resolve_rule(const RulesOptions& options) {
  const auto action = parse_action(options.words.front());
  if (!action)
    return failure(quoted_value(options.words.front()) + " is no action",
                   "write allow, block, reject or log");
  std::string operands;
  for (size_t i = 1; i < options.words.size(); ++i)
    operands += (i > 1 ? " " : "") + options.words[i];
  return parse_rule(*action, operands);
}

}  // namespace picket::app::cli
