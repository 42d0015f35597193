// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "respond/firewall/rule.h"

// The file that rules are kept in (docs/formats/firewall_rules.md): text, a statement a line, that
// people edit and programs write. What is read and written again is the same rule set, comments
// included. Pure functions; any thread.
namespace picket::respond::firewall {

constexpr size_t kRuleFileMax = 16u << 20;
constexpr size_t kRuleLineMax = 4096;
constexpr int kRuleFileVersion = 1;

// An Error begins with LINE:COLUMN; `next` says what to write instead.
Result<RuleSet> parse_rules(std::string_view text);
std::string write_rules(const RuleSet& rules);

// One rule as its line says it, without the line's end.
std::string write_rule(const Rule& rule);
// One rule's operands and settings, as they follow its action: `remote 10.0.0.0/8 port 443`.
Result<Rule> parse_rule(Action action, std::string_view operands);

// What is wrong with a rule that its single words do not show; nothing: it is good.
Result<void> check_rule(const Rule& rule);

}  // namespace picket::respond::firewall
