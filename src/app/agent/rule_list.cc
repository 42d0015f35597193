// SPDX-License-Identifier: Apache-2.0
#include "app/agent/rule_list.h"

#include "detect/behavior/behavior.h"

namespace picket::app::agent {
namespace {

web::api::KnownRule known(const detect::sigma::About& about) {
  constexpr std::string_view kAttack = "attack.";
  web::api::KnownRule rule{about.id.empty() ? about.name : about.id, about.title,        "sigma",
                           std::string(level_name(about.level)),     about.place.text(), {}};
  if (rule.id.empty()) rule.id = about.title;  // as its alerts name it
  for (const std::string& tag : about.tags)
    if (tag.starts_with(kAttack)) rule.attack.push_back(tag.substr(kAttack.size()));
  return rule;
}

}  // namespace

void add_behaviors(std::vector<web::api::KnownRule>& out) {
  for (const detect::behavior::BehaviorEntry& behavior : detect::behavior::all_behaviors()) {
    web::api::KnownRule rule{std::string(behavior.info.name),
                             std::string(behavior.info.title),
                             "behavior",
                             std::string(text(behavior.info.severity)),
                             {},
                             {}};
    for (const event::AttackReference& attack : behavior.info.attack)
      rule.attack.push_back(attack.technique.empty() ? attack.tactic : attack.technique);
    out.push_back(std::move(rule));
  }
}

void add_rules(const detect::sigma::RuleSet& rules, std::vector<web::api::KnownRule>& out) {
  for (const detect::sigma::Rule& rule : rules.rules) out.push_back(known(rule.about));
  for (const detect::sigma::Correlation& rule : rules.correlations)
    out.push_back(known(rule.about));
}

void add_lists(const std::vector<detect::intel::ListReport>& lists,
               std::vector<web::api::KnownRule>& out) {
  for (const detect::intel::ListReport& list : lists)
    out.push_back({list.source,
                   list.title.empty() ? list.source : list.title,
                   "indicator",
                   {},
                   list.source,
                   {}});
}

}  // namespace picket::app::agent
