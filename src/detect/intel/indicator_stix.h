// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "detect/intel/indicator.h"

// STIX 2.1 patterns (OASIS STIX 2.1, part 9), as far as they name single values: observation
// expressions joined by OR, in each comparisons joined by OR, with =, IN and (for addresses)
// ISSUBSET. What narrows a value further (AND, FOLLOWEDBY, NOT, qualifiers) is refused, because to
// ignore it would match more than the author meant; so is an object path that is not matched here.
// Pure; at most kPatternComparisonsMax comparisons.
namespace picket::detect::intel {

constexpr size_t kPatternComparisonsMax = 1024;

struct PatternError {
  size_t offset = 0;
  std::string what;
};

// The indicators a pattern names; an error names the byte of the pattern.
std::expected<std::vector<Indicator>, PatternError> read_stix_pattern(std::string_view pattern);

}  // namespace picket::detect::intel
