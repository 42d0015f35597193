// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "detect/sigma/placeholders.h"
#include "detect/sigma/rule.h"
#include "detect/sigma/yaml_tree.h"

namespace picket::detect::sigma {

// How many spellings one value may become (windash, expand, base64offset), and how many predicates
// one rule may hold. Beyond either the rule is refused.
constexpr size_t kSpellingsMax = 4096;
constexpr size_t kPredicatesMax = 32'768;

// Reads `key: value` of a detection map, key being a field with modifiers
// ("CommandLine|contains|all"; an empty field for keywords), into an expression over predicates
// appended to `predicates`. Implements the modifiers of the Sigma modifiers appendix 2.1.0, applied
// left to right.
Result<Expression> read_detection_item(std::string_view key, const YamlNode& value,
                                       const Placeholders& placeholders,
                                       std::vector<Predicate>& predicates);

// The names of all modifiers, for the reference page and its test.
std::vector<std::string_view> modifier_names();

}  // namespace picket::detect::sigma
