// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/clock.h"
#include "base/result.h"
#include "schema/field.h"

// The query language of `picket search` (docs/reference/search.md):
//
//   process.name:curl AND remote.ip:10.0.0.0/8 AND NOT severity:low
//   dns.name:*.example.org (remote.port:[1024 TO *] OR remote.port:53) last:24h
//
// Words side by side mean AND. A parsed query is an immutable value; parsing is pure and bounded by
// the constants below. Errors name the byte at which they were found.
namespace picket::search {

constexpr size_t kQueryBytesMax = 16 * 1024;
constexpr size_t kDepthMax = 64;     // of brackets and NOT
constexpr size_t kTermsMax = 256;    // comparisons in one query
constexpr size_t kWildcardsMax = 8;  // * and ? in one value

// What a query is wrong about: `at` counts bytes from 0.
struct QueryError {
  std::string message;
  size_t at = 0;
  std::string hint;          // what to write instead; empty: nothing known
  std::string unknown_name;  // the field that there is not, when that is what is wrong
};

// One comparison. Which members count depends on `how` and the field's type.
struct Term {
  enum class How : uint8_t {
    kExists,
    kEquals,    // number, word, flag, time, address, text as a whole
    kMatches,   // text against a pattern with * and ?
    kContains,  // text that stands anywhere
    kRange,     // low <= x <= high, either end may be open or left out
    kPrefix,    // address block
    kAnywhere,  // in any text of the record
  };
  How how = How::kExists;
  std::optional<schema::Field> field;  // none: kAnywhere
  std::string text;                    // kMatches, kContains, kAnywhere: the pattern, escapes kept
                                       // as \* \? \\ in kMatches and kAnywhere
  bool pattern = false;                // kAnywhere: `text` has wildcards
  std::optional<double> real_low, real_high;
  std::optional<int64_t> low, high;  // numbers, ranks, times (ns), flags
  bool low_open = false, high_open = false;
  std::optional<IpAddress> address_low, address_high;
  std::optional<Prefix> prefix;
};

struct Node {
  enum class Kind : uint8_t { kAll, kAnd, kOr, kNot, kTerm };
  Kind kind = Kind::kAll;  // kAll: an empty query
  std::vector<std::unique_ptr<Node>> below;
  Term term;  // kTerm
};

struct Query {
  std::unique_ptr<Node> root;
};

// `now`: what last:24h counts back from.
std::expected<Query, QueryError> parse_query(std::string_view text, WallTime now);

// The error with the query and a mark below the place, for a terminal: the query is made printable.
std::string error_text(std::string_view query, const QueryError& error);

}  // namespace picket::search
