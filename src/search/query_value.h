// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <expected>
#include <string>
#include <string_view>

#include "search/query.h"

// From the words after `field:` to a comparison, by the field's type. Pure; used by query_parse.cc.
namespace picket::search {

// A value as it stood in the query.
struct Written {
  std::string text;     // unescaped; with wildcards: escapes kept
  size_t at = 0;        // where it began
  bool quoted = false;  // a phrase
  bool pattern = false;
};
enum class Comparison : uint8_t { kIs, kLess, kAtMost, kMore, kAtLeast };

template <typename T>
using Parsed = std::expected<T, QueryError>;

Parsed<Term> make_term(schema::Field field, const Written& value, Comparison comparison,
                       WallTime now);
// [low TO high]; an end whose text is * (unquoted) is open.
Parsed<Term> make_range(schema::Field field, const Written& low, const Written& high, bool low_open,
                        bool high_open, WallTime now);
// 90s, 30m, 24h, 7d, 2w in nanoseconds.
std::optional<int64_t> parse_span(std::string_view text);

}  // namespace picket::search
