// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "app/web/api/known_rule.h"
#include "detect/intel/indicator_list.h"
#include "detect/sigma/rule_set.h"

namespace picket::app::agent {

// What the agent detects with, for people to look at: appended to `out`, under the ids that alerts
// name. Pure.
void add_behaviors(std::vector<web::api::KnownRule>& out);
void add_rules(const detect::sigma::RuleSet& rules, std::vector<web::api::KnownRule>& out);
void add_lists(const std::vector<detect::intel::ListReport>& lists,
               std::vector<web::api::KnownRule>& out);

}  // namespace picket::app::agent
