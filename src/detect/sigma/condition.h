// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "detect/sigma/rule.h"

namespace picket::detect::sigma {

constexpr size_t kConditionDepthMax = 64;
constexpr size_t kConditionNodesMax = 4096;

// Reads a condition (Sigma 2.1, "Condition"): `and`, `or`, `not` (binding in that order from
// loosest or, to tightest not), parentheses, `1 of`, `any of`, `all of` a name pattern or `them`.
// The result's kSelection nodes are indexes into `names`. `them` leaves out names that start with
// an underscore. Depth and size are bounded by the constants above. The error says what stands
// where.
Result<Expression> parse_condition(std::string_view text, std::span<const std::string> names);

}  // namespace picket::detect::sigma
