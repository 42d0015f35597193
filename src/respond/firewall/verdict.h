// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "respond/firewall/rule.h"

namespace picket::respond::firewall {

// One conversation, as far as rules ask about it.
struct Conversation {
  IpAddress remote;
  uint16_t port = 0;  // of the side that is called
  uint8_t protocol = 6;
  bool inbound = false;  // the other side opened it
  std::string program;   // path; empty: not known
  std::optional<Sha256> digest;
  std::optional<uint32_t> user;
  std::vector<std::string> units;  // cgroups it is in or below, by name
  std::vector<std::string> lists;  // lists that hold the remote address
};

struct Verdict {
  const Rule* decides = nullptr;  // null: no rule does, it passes
  const Rule* logged = nullptr;   // the first that only logs
  bool denies() const {
    return decides && (decides->action == Action::kBlock || decides->action == Action::kReject);
  }
};

bool satisfies(const Conversation& conversation, const Rule& rule);

// What the rules say, read plainly: the first rule in order that applies decides. This is the
// meaning of a rule set; the kernel's tables are tested against it.
Verdict decide(const RuleSet& rules, const Conversation& conversation, WallTime now);

}  // namespace picket::respond::firewall
