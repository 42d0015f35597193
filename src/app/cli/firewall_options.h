// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/result.h"
#include "respond/firewall/rule.h"

namespace CLI {
class App;
}

// The options of `picket block|allow|unblock|rules`, in the same three parts as those of
// command_options.h.
namespace picket::app::cli {

// Empty: the usual ones.
struct FirewallPlace {
  std::string rules, pins, cgroup;
  std::string responses;  // where it is written down
};

struct BlockOptions {
  FirewallPlace place;
  std::vector<std::string> remote;
  std::string port, protocol, direction, program, hash, user, unit, list;
  std::string lasts, confirm_within, reason;
  std::optional<uint32_t> priority;
  bool reject = false, only_log = false, log = false, loopback = false, i_know = false;
};

struct BlockRequest {
  FirewallPlace place;
  std::vector<respond::firewall::Rule> rules;  // all but ids
  std::optional<respond::firewall::List> list;
  bool i_know = false;
};

struct UnblockOptions {
  FirewallPlace place;
  std::vector<std::string> targets;
  bool all = false;
};
struct UnblockRequest {
  FirewallPlace place;
  std::vector<uint32_t> ids;
  std::vector<Prefix> remotes;
  std::string words;  // what was asked for
  bool all = false;
};

struct RulesOptions {
  FirewallPlace place;
  bool json = false;
  std::string file;                // import
  std::vector<std::string> words;  // mode, ids to confirm, a rule to test
  bool i_know = false, swap = false, follow = false;
  std::string state;  // of the history; empty: the usual one
};

void add_block_options(CLI::App& command, BlockOptions& options, bool blocks);
void add_unblock_options(CLI::App& command, UnblockOptions& options);
void add_rules_list_options(CLI::App& command, RulesOptions& options);
void add_rules_export_options(CLI::App& command, RulesOptions& options);
void add_rules_import_options(CLI::App& command, RulesOptions& options);
void add_rules_mode_options(CLI::App& command, RulesOptions& options);
void add_rules_confirm_options(CLI::App& command, RulesOptions& options);
void add_rules_log_options(CLI::App& command, RulesOptions& options);
void add_rules_reload_options(CLI::App& command, RulesOptions& options);
void add_rules_test_options(CLI::App& command, RulesOptions& options);

Result<BlockRequest> resolve_block(const BlockOptions& options, bool blocks, WallTime now);
Result<UnblockRequest> resolve(const UnblockOptions& options);
Result<respond::firewall::Mode> resolve_mode(const RulesOptions& options);
Result<std::vector<uint32_t>> resolve_ids(const RulesOptions& options);
// The rule that the words are, as the rule file writes it without its number.
Result<respond::firewall::Rule> resolve_rule(const RulesOptions& options);

}  // namespace picket::app::cli
