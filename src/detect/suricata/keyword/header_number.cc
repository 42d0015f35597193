// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/keyword/header_number.h"

namespace picket::detect::suricata::keyword {

Result<NumberCondition> header_number_condition(const RuleOption& option,
                                                std::span<const NamedNumber> names) {
  TRY_ASSIGN(QuotedValue value, unquote(option.value));
  if (!value.quoted) return NumberCondition::parse(option.value, names);
  return NumberCondition::parse((value.negated ? "!" : "") + std::string(value.text), names);
}

}  // namespace picket::detect::suricata::keyword
