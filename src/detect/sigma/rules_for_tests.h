// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "detect/sigma/matcher.h"
#include "detect/sigma/plain_evaluator.h"
#include "detect/sigma/rule_set.h"

// For tests only.
namespace picket::detect::sigma {

using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

inline void fill(event::LogRecord& record, Fields fields) {
  record.clear();
  for (const auto& [name, value] : fields) record.add(record.keep(name), record.keep(value));
}

inline RuleSet rules_from(std::string_view yaml, Placeholders placeholders = {}) {
  RuleSet::Loader loader(std::move(placeholders));
  loader.add_text(yaml, "test.yml");
  return loader.finish();
}

// A rule without a log source of its own around a `detection` written at its indentation.
inline std::string rule_around(const std::string& detection) {
  return "title: t\nlogsource: {}\ndetection:\n" + detection;
}

// One rule, asked by both engines, which must agree.
class BothWays {
 public:
  explicit BothWays(const std::string& yaml, Placeholders placeholders = {}) {
    RuleSet set = rules_from(yaml, std::move(placeholders));
    EXPECT_EQ(set.report.errors.size(), 0u) << set.report.text();
    auto program = Program::compile(std::move(set));
    EXPECT_TRUE(program);
    program_ = std::move(*program);
    matcher_ = std::make_unique<Matcher>(std::move(*Matcher::create(*program_)));
    plain_ = std::make_unique<PlainEvaluator>(program_->rules());
  }
  bool matches(const event::LogRecord& record) {
    auto fast = matcher_->evaluate(record);
    std::vector<uint32_t> slow;
    plain_->evaluate(record, slow);
    EXPECT_TRUE(std::ranges::equal(fast, slow));
    return !slow.empty();
  }
  bool matches(Fields fields) {
    fill(record_, fields);
    return matches(record_);
  }
  const Program& program() const { return *program_; }
  PlainEvaluator& plain() { return *plain_; }
  Matcher& matcher() { return *matcher_; }

 private:
  std::unique_ptr<Program> program_;
  std::unique_ptr<Matcher> matcher_;
  std::unique_ptr<PlainEvaluator> plain_;
  event::LogRecord record_;
};

// The rule `detection` against one record.
inline bool detects(const std::string& detection, Fields fields, Placeholders placeholders = {}) {
  return BothWays(rule_around(detection), std::move(placeholders)).matches(fields);
}

// Why a rule does not load; empty when it does.
inline std::string refusal(const std::string& detection) {
  RuleSet set = rules_from(rule_around(detection));
  return set.report.errors.empty() ? "" : set.report.errors.front().message;
}

}  // namespace picket::detect::sigma
