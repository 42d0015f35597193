// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/result.h"
#include "detect/suricata/number_condition.h"
#include "detect/suricata/rule_builder.h"

namespace picket::detect::suricata::keyword {

// Numbers and flags of transactions (inspect::FieldId) as keywords: "snmp.version:3",
// "dns.opcode:!0". Values may be given by the names that the rule language has for them
// (field_names()).
Result<void> read_field(RuleBuilder& rule, const RuleOption& option, inspect::FieldId field);

// The names of a field's values; empty: numbers only.
std::span<const NamedNumber> field_names(std::string_view keyword);

}  // namespace picket::detect::suricata::keyword
