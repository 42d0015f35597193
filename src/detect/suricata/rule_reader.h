// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "detect/suricata/rule_builder.h"

namespace picket::detect::suricata {

// Where in the rule's text something is wrong, and what.
struct RuleFault {
  size_t offset = 0;
  std::string message;
};

// Understands one rule. The rule lives in `set`'s arena, but is not among its rules yet.
struct ReadRule {
  Rule rule;
  int flowbits_rank = 0;
};
std::expected<ReadRule, RuleFault> read_rule(RuleSet& set, const RuleText& text);

}  // namespace picket::detect::suricata
