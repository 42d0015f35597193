// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "app/cli/firewall_options.h"
#include "app/firewall/rule_worker.h"
#include "base/result.h"
#include "enforce/firewall.h"

namespace picket::app::firewall {

constexpr const char* kDefaultRules = "/etc/picket/firewall.rules";

// Where the rules are kept and what they are for.
struct Where {
  std::string rules = kDefaultRules;
  std::string pins = enforce::kDefaultPins;
  std::string cgroup;  // empty: the root of cgroup v2, the whole machine
  std::string user;    // whom the process that reads text becomes; empty: the usual account
};

struct Changed {
  Edited edited;
  size_t ended = 0;        // connections
  std::string ended_note;  // why some could not be ended; empty: none
};

// Changes the rule file and the kernel together: the file is written first, and put back when the
// kernel does not take the rules. `i_know`: rules may cut off who gives them. Needs root.
Result<Changed> change_rules(const Where& where, const Edit& edit, bool i_know);

// The firewall as `where` says it.
Result<enforce::Firewall> firewall_at(const Where& where);

// The usual places where none are given.
Where where_of(const cli::FirewallPlace& place);

// Ends the connections that the rules in force deny, in every network namespace. How many.
Result<size_t> end_denied(const enforce::Firewall& firewall, std::string& note);

}  // namespace picket::app::firewall
