// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/address.h"
#include "base/clock.h"
#include "detect/sigma/text_pattern.h"

// What a Sigma document says, once read (Sigma specification 2.1.0): plain data, no behavior. A
// rule that stands here has been checked whole: its condition names only selections that exist, its
// regular expressions compile, its bounds hold.
namespace picket::detect::sigma {

struct LogSource {  // empty: any
  std::string product;
  std::string category;
  std::string service;
  auto operator<=>(const LogSource&) const = default;
};

enum class Level : uint8_t { kInformational, kLow, kMedium, kHigh, kCritical };
std::string_view level_name(Level level);

enum class Compare : uint8_t { kEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };
enum class DatePart : uint8_t { kNone, kMinute, kHour, kDay, kWeek, kMonth, kYear };

// One test of one value. `field` empty: a keyword, tried on every value of the record.
struct Predicate {
  enum class Kind : uint8_t {
    kText,     // `text` matches the whole value; folded unless `cased`
    kRegex,    // `regex` (RE2 syntax, flags inlined) is found in the value
    kCidr,     // the value is an address in `prefix`
    kNumber,   // the value (or its `part` of a date) compares with `number`
    kExists,   // the field is there (or not, `want` false)
    kNull,     // the field is not there or null
    kFieldRef  // the value equals (starts with, ends with, contains) that of field `other`
  };
  Kind kind = Kind::kText;
  bool cased = false;
  bool want = true;
  Compare compare = Compare::kEqual;
  DatePart part = DatePart::kNone;
  bool other_starts = false;  // both: the other's value may stand anywhere within
  bool other_ends = false;
  std::string field;
  TextPattern text;
  std::string regex;
  Prefix prefix;
  double number = 0;
  std::string other;
  bool operator==(const Predicate&) const = default;
};

// A tree of and, or, not over predicates (of a selection) or selections (of the condition).
struct Expression {
  enum class Op : uint8_t { kAnd, kOr, kNot, kPredicate, kSelection };
  Op op = Op::kAnd;    // kAnd without children is true, kOr without children false
  uint32_t index = 0;  // of the predicate or selection
  std::vector<Expression> children;
};

struct Selection {
  std::string name;
  Expression expression;
};

// Where a document stands: for errors and for the person who reads an alert.
struct Place {
  std::string file;
  uint32_t line = 0;  // 1-based
  std::string text() const { return line == 0 ? file : file + ":" + std::to_string(line); }
};

struct About {  // what every kind of document may say of itself
  std::string id;
  std::string name;
  std::string title;
  std::string status;
  std::string description;
  std::string author;
  Level level = Level::kMedium;
  bool level_given = false;
  std::vector<std::string> tags;  // attack.t1059.001, ...
  std::vector<std::string> references;
  std::vector<std::string> false_positives;
  Place place;
};

struct Rule {
  About about;
  LogSource source;
  std::vector<Predicate> predicates;
  std::vector<Selection> selections;
  Expression condition;
  bool silent = false;  // only feeds correlations: no alert of its own
};

// `count compare value`, as correlations put it; all of a list must hold.
struct Threshold {
  enum class Op : uint8_t { kLess, kLessOrEqual, kGreater, kGreaterOrEqual, kEqual, kNotEqual };
  Op op = Op::kGreaterOrEqual;
  double value = 1;
};

struct Correlation {
  enum class Type : uint8_t {
    kEventCount,
    kValueCount,
    kTemporal,
    kTemporalOrdered,
    kValueSum,
    kValueAvg,
    kValuePercentile
  };
  struct Alias {
    std::string name;
    std::vector<std::pair<std::string, std::string>> field_by_rule;  // rule id or name -> field
  };
  About about;
  Type type = Type::kEventCount;
  std::vector<std::string> rules;  // ids or names, of rules or correlations
  std::vector<std::string> group_by;
  std::vector<Alias> aliases;
  uint64_t timespan_ns = 0;
  std::vector<Threshold> thresholds;
  std::vector<std::string> fields;  // of value_*: what is counted; several: their combination
  double percentile = 50;
  std::optional<Expression>
      expression;  // temporal with a condition in words; kSelection = rules[i]
  bool generate = false;
  bool silent = false;
};

struct Filter {
  About about;
  LogSource source;
  bool any_rule = false;
  std::vector<std::string> rules;
  std::vector<Predicate> predicates;
  std::vector<Selection> selections;
  Expression condition;
};

using Document = std::variant<Rule, Correlation, Filter>;

}  // namespace picket::detect::sigma
