// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <vector>

#include "app/analyze/content.h"
#include "app/analyze/finding_sink.h"
#include "detect/evidence/evidence.h"
#include "detect/sigma/matcher.h"
#include "detect/sigma/plain_evaluator.h"
#include "sensor/replay/read_outcome.h"

namespace picket::app::analyze {

// What is told of one log record: the Sigma rules it matches become alerts, what the behaviours may
// want of it an activity. Keeps no state from record to record that an alert depends on, so inputs
// may be judged on different threads: one judge each. `content` must outlive it.
class RecordJudge {
 public:
  // Explaining costs far more than matching: of one rule only so many matches per input carry
  // evidence (the rest counted in analyze.unexplained).
  static constexpr uint32_t kExplainedMax = 10'000;

  static Result<std::unique_ptr<RecordJudge>> create(const Content& content);

  void begin_input();
  void judge(const event::LogRecord& record, const sensor::replay::RecordPlace& place,
             FindingSink& sink);

 private:
  RecordJudge(const Content& content, std::unique_ptr<detect::sigma::Matcher> matcher);
  void judge_by_rules(const event::LogRecord& record, const sensor::replay::RecordPlace& place,
                      FindingSink& sink);

  const Content& content_;
  std::unique_ptr<detect::sigma::Matcher> matcher_;  // null: no rules
  std::unique_ptr<detect::sigma::PlainEvaluator> explainer_;
  std::vector<uint32_t> explained_;  // by rule, in this input
  WallTime last_time_;               // for records that tell none
  detect::evidence::Translator translator_;
  event::Activity activity_;
  bool translated_ = false;  // activity_ is that of the record at hand
  std::vector<uint32_t> feeding_;
  std::vector<detect::sigma::Evidence> evidence_;
};

}  // namespace picket::app::analyze
