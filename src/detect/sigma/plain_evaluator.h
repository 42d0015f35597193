// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "detect/sigma/field_map.h"
#include "detect/sigma/log_source.h"
#include "detect/sigma/regex.h"
#include "detect/sigma/rule_set.h"
#include "event/log_record.h"

namespace picket::detect::sigma {

// What made a rule match, for the alert.
struct Evidence {
  std::string selection;
  std::string field;  // as the rule names it; empty: a keyword
  std::string value;
};

// PlainEvaluator takes each rule in turn and looks at the record as the rule's text says: slow,
// short and obviously right. It is the standard that the compiled engine (matcher.h) is tested
// against, and it explains matches, one rule at a time. Regular expressions are compiled when a
// rule is first asked for. `rules` must outlive it. Not thread-safe.
class PlainEvaluator {
 public:
  explicit PlainEvaluator(const std::vector<Rule>& rules,
                          SourceTable table = SourceTable::kStandard);
  ~PlainEvaluator();

  // Indexes of the rules that match, ascending.
  void evaluate(const event::LogRecord& record, std::vector<uint32_t>& matched);
  // Whether the rule's detection holds, whatever its log source.
  bool holds(uint32_t rule, const event::LogRecord& record);
  // What in `record` made `rule` match: each value that passed a test of a selection that holds, at
  // most kEvidenceMax. Negated parts leave nothing to show.
  static constexpr size_t kEvidenceMax = 64;
  std::vector<Evidence> explain(uint32_t rule, const event::LogRecord& record);

 private:
  struct Value {
    std::string_view raw;
    std::string folded;
  };
  struct Resolved;  // a rule with field names and regular expressions looked up
  const Resolved& resolved(uint32_t rule);
  bool expression_holds(const Resolved& rule, const Expression& expression,
                        const event::LogRecord& record);
  bool predicate_holds(const Resolved& rule, uint32_t index, const event::LogRecord& record);
  // The values of the field under the first name that `record` has; false: the field is not there.
  bool values_of(const std::vector<FieldName>& names, const event::LogRecord& record,
                 std::vector<Value>& values);

  void collect(const Resolved& rule, const Expression& expression, const std::string& selection,
               const event::LogRecord& record, std::vector<Evidence>& evidence);

  const std::vector<Rule>& rules_;
  const SourceTable table_;
  std::vector<std::unique_ptr<Resolved>> resolved_;  // null: not yet asked for
  std::string origin_buffer_[2];
  std::string passed_;  // the value that made the last predicate hold
};

}  // namespace picket::detect::sigma
