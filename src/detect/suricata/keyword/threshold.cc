// SPDX-License-Identifier: Apache-2.0
// threshold and detection_filter: how often.
#include "detect/suricata/keyword/keyword.h"

namespace picket::detect::suricata::keyword {
namespace {

Result<void> parse_rule_threshold(RuleBuilder& rule, const RuleOption& option) {
  TRY_ASSIGN(ThresholdRule threshold, parse_threshold(option.value, false));
  rule.add_threshold(rule.arena().make<ThresholdRule>(std::move(threshold)));
  return {};
}

Result<void> parse_detection_filter(RuleBuilder& rule, const RuleOption& option) {
  if (rule.rule().detection_filter != nullptr) return failure("one detection_filter is enough");
  TRY_ASSIGN(ThresholdRule threshold, parse_threshold(option.value, true));
  rule.rule().detection_filter = rule.arena().make<ThresholdRule>(std::move(threshold));
  return {};
}

constexpr Keyword kKeywords[] = {
    {"threshold", "", State::kFull, "Limits how often the rule alerts.",
     "threshold:type limit, track by_src, count 1, seconds 60;", "", parse_rule_threshold},
    {"detection_filter", "", State::kFull,
     "The rule matches only beyond so many matches in a time.",
     "detection_filter:track by_src, count 15, seconds 2;", "", parse_detection_filter},
};

}  // namespace

Keywords threshold_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
