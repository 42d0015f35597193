// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/allow_list.h"

#include <algorithm>

#include "detect/behavior/severity.h"
#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

constexpr unsigned kAllowSteps = 3;  // critical becomes low: still to be found, waking nobody

bool peer_matches(const std::string& wanted, const event::Alert& alert) {
  if (!alert.connection) return matches_wildcards(wanted, alert.domain);
  if (auto prefix = Prefix::parse(wanted))
    return prefix->contains(alert.connection->remote.address);
  return matches_wildcards(wanted, alert.connection->remote_name);
}

bool allows(const AllowEntry& entry, const event::Alert& alert) {
  return (entry.behavior.empty() || entry.behavior == alert.rule_id) &&
         (entry.program.empty() || matches_wildcards(entry.program, alert.actor.path)) &&
         (entry.host.empty() || matches_wildcards(entry.host, alert.host)) &&
         (entry.peer.empty() || peer_matches(entry.peer, alert)) &&
         (!entry.until || alert.time < *entry.until);
}

}  // namespace

void apply_allow_list(std::span<const AllowEntry> list, event::Alert& alert) {
  const auto entry =
      std::ranges::find_if(list, [&](const AllowEntry& one) { return allows(one, alert); });
  if (entry == list.end()) return;
  std::string words = "allow-list: " + entry->reason;
  if (entry->until) words += " (until " + rfc3339(*entry->until) + ")";
  lower(alert, words, kAllowSteps);
}

}  // namespace picket::detect::behavior
