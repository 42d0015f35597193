// SPDX-License-Identifier: Apache-2.0
#include "respond/firewall/verdict.h"

#include <algorithm>

namespace picket::respond::firewall {
namespace {

bool names(const std::vector<std::string>& all, const std::string& one) {
  return std::ranges::find(all, one) != all.end();
}

}  // namespace

bool satisfies(const Conversation& conversation, const Rule& rule) {
  if (conversation.remote.is_loopback() && !rule.loopback) return false;
  if (rule.direction == Direction::kOut && conversation.inbound) return false;
  if (rule.direction == Direction::kIn && !conversation.inbound) return false;
  if (rule.protocol && *rule.protocol != conversation.protocol) return false;
  if (rule.remote && !rule.remote->contains(conversation.remote)) return false;
  if (!rule.list.empty() && !names(conversation.lists, rule.list)) return false;
  if (!rule.port.contains(conversation.port)) return false;
  if (!rule.program.empty() && rule.program != conversation.program) return false;
  if (rule.digest && rule.digest != conversation.digest) return false;
  if (rule.user && rule.user != conversation.user) return false;
  return rule.unit.empty() || names(conversation.units, rule.unit);
}

Verdict decide(const RuleSet& rules, const Conversation& conversation, WallTime now) {
  Verdict verdict;
  for (const Rule& rule : rules.rules) {
    if (const auto ends = rule.ends(); ends && *ends <= now) continue;
    if (!satisfies(conversation, rule)) continue;
    if (rule.action == Action::kLog) {
      if (!verdict.logged) verdict.logged = &rule;
      continue;
    }
    verdict.decides = &rule;
    break;
  }
  return verdict;
}

}  // namespace picket::respond::firewall
