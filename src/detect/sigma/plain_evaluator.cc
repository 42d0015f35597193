// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/plain_evaluator.h"

#include <algorithm>

#include "detect/sigma/fold.h"
#include "detect/sigma/value_check.h"

namespace picket::detect::sigma {

using Kind = Predicate::Kind;
using Op = Expression::Op;

struct PlainEvaluator::Resolved {
  const Rule* rule = nullptr;
  std::vector<std::vector<FieldName>> names;        // by predicate
  std::vector<std::vector<FieldName>> other_names;  // of field references
  std::vector<std::unique_ptr<re2::RE2>> regexes;
};

PlainEvaluator::PlainEvaluator(const std::vector<Rule>& rules, SourceTable table)
    : rules_(rules), table_(table), resolved_(rules.size()) {}

PlainEvaluator::~PlainEvaluator() = default;

const PlainEvaluator::Resolved& PlainEvaluator::resolved(uint32_t number) {
  if (resolved_[number]) return *resolved_[number];
  auto made = std::make_unique<Resolved>();
  const Rule& rule = rules_[number];
  made->rule = &rule;
  for (const Predicate& predicate : rule.predicates) {
    made->names.push_back(field_names(rule.source, predicate.field));
    made->other_names.push_back(predicate.kind == Kind::kFieldRef
                                    ? field_names(rule.source, predicate.other)
                                    : std::vector<FieldName>());
    auto regex = predicate.kind == Kind::kRegex ? compile_regex(predicate.regex) : nullptr;
    made->regexes.push_back(regex ? std::move(*regex) : nullptr);
  }
  resolved_[number] = std::move(made);
  return *resolved_[number];
}

bool PlainEvaluator::values_of(const std::vector<FieldName>& names, const event::LogRecord& record,
                               std::vector<Value>& values) {
  std::string buffer;
  for (const FieldName& name : names) {
    bool present = false;
    for (const event::LogField& field : record.fields()) {
      if (without_spaces(field.name, buffer) != name.name) continue;
      present = true;
      if (field.type == event::LogField::Type::kNull) continue;
      std::string_view raw = translated(name, field.value);
      values.push_back({raw, folded(raw)});
    }
    if (present) return true;
  }
  std::string& number = origin_buffer_[values.empty() ? 0 : 1];
  auto told = origin_value(record, names.front().name, number);
  if (told) values.push_back({*told, folded(*told)});
  return told.has_value();
}

bool PlainEvaluator::predicate_holds(const Resolved& rule, uint32_t index,
                                     const event::LogRecord& record) {
  const Predicate& predicate = rule.rule->predicates[index];
  std::vector<Value> values;
  bool present = false;
  if (predicate.field.empty()) {
    for (const event::LogField& field : record.fields()) {
      if (field.type != event::LogField::Type::kNull)
        values.push_back({field.value, folded(field.value)});
    }
  } else {
    present = values_of(rule.names[index], record, values);
  }
  if (predicate.kind == Kind::kExists) return present == predicate.want;
  if (predicate.kind == Kind::kNull) return values.empty();
  std::vector<Value> others;
  if (predicate.kind == Kind::kFieldRef) values_of(rule.other_names[index], record, others);
  for (const Value& value : values) {
    TestedValue tested{value.raw, value.folded};
    bool passed = predicate.kind == Kind::kFieldRef
                      ? std::ranges::any_of(
                            others,
                            [&](const Value& other) {
                              return passes_reference(predicate, tested, {other.raw, other.folded});
                            })
                      : passes(predicate, tested, rule.regexes[index].get());
    if (passed) {
      passed_ = value.raw;
      return true;
    }
  }
  return false;
}

bool PlainEvaluator::expression_holds(const Resolved& rule, const Expression& expression,
                                      const event::LogRecord& record) {
  auto child_holds = [&](const Expression& child) { return expression_holds(rule, child, record); };
  switch (expression.op) {
    case Op::kAnd: return std::ranges::all_of(expression.children, child_holds);
    case Op::kOr: return std::ranges::any_of(expression.children, child_holds);
    case Op::kNot: return !child_holds(expression.children.front());
    case Op::kPredicate: return predicate_holds(rule, expression.index, record);
    case Op::kSelection: return child_holds(rule.rule->selections[expression.index].expression);
  }
  return false;
}

bool PlainEvaluator::holds(uint32_t rule, const event::LogRecord& record) {
  return expression_holds(resolved(rule), rules_[rule].condition, record);
}

void PlainEvaluator::evaluate(const event::LogRecord& record, std::vector<uint32_t>& matched) {
  matched.clear();
  for (uint32_t i = 0; i < rules_.size(); ++i) {
    if (belongs(record.origin, rules_[i].source, table_) && holds(i, record)) matched.push_back(i);
  }
}

void PlainEvaluator::collect(const Resolved& rule, const Expression& expression,
                             const std::string& selection, const event::LogRecord& record,
                             std::vector<Evidence>& evidence) {
  if (expression.op == Op::kNot || evidence.size() >= kEvidenceMax) return;
  if (!expression_holds(rule, expression, record)) return;
  if (expression.op == Op::kPredicate) {
    passed_.clear();
    predicate_holds(rule, expression.index, record);
    Evidence one{selection, rule.rule->predicates[expression.index].field, passed_};
    bool known = std::ranges::any_of(evidence, [&](const Evidence& e) {
      return e.selection == one.selection && e.field == one.field && e.value == one.value;
    });
    if (!known) evidence.push_back(std::move(one));
  } else if (expression.op == Op::kSelection) {
    const Selection& inner = rule.rule->selections[expression.index];
    collect(rule, inner.expression, inner.name, record, evidence);
  }
  for (const Expression& child : expression.children)
    collect(rule, child, selection, record, evidence);
}

std::vector<Evidence> PlainEvaluator::explain(uint32_t rule, const event::LogRecord& record) {
  std::vector<Evidence> evidence;
  collect(resolved(rule), rules_[rule].condition, "", record, evidence);
  return evidence;
}

}  // namespace picket::detect::sigma
