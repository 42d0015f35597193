// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <re2/re2.h>

#include <optional>
#include <string_view>

#include "detect/sigma/rule.h"

namespace picket::detect::sigma {

// A value as tests see it: as recorded, and folded (fold.h).
struct TestedValue {
  std::string_view raw;
  std::string_view folded;
};

// Whether one value passes a predicate of kind text, regex, CIDR or number. `regex` is the compiled
// expression of a kRegex predicate, else null. Kinds that look at more than one value (exists,
// null, field reference) are the evaluators'. Pure; any thread.
bool passes(const Predicate& predicate, const TestedValue& value, const re2::RE2* regex);
// kFieldRef, between one value of each field.
bool passes_reference(const Predicate& predicate, const TestedValue& value,
                      const TestedValue& other);

// A part of a date written as ISO 8601 (2026-01-02T03:04:05..., or with a space), as it stands: no
// time zone is applied. kWeek is the ISO week.
std::optional<double> date_part(std::string_view text, DatePart part);

}  // namespace picket::detect::sigma
