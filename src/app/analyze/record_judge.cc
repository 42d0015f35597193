// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/record_judge.h"

#include <algorithm>

#include "base/counter.h"
#include "detect/sigma/sigma_alert.h"

namespace picket::app::analyze {
namespace {

Counter unexplained{"analyze.unexplained",
                    "alerts without evidence: their rule had too many before in the same input"};

}  // namespace

RecordJudge::RecordJudge(const Content& content, std::unique_ptr<detect::sigma::Matcher> matcher)
    : content_(content), matcher_(std::move(matcher)) {
  if (!matcher_) return;
  explainer_ = std::make_unique<detect::sigma::PlainEvaluator>(content_.sigma->rules());
  explained_.resize(content_.sigma->rules().size());
}

Result<std::unique_ptr<RecordJudge>> RecordJudge::create(const Content& content) {
  std::unique_ptr<detect::sigma::Matcher> matcher;
  if (content.sigma) {
    TRY_ASSIGN(auto made, detect::sigma::Matcher::create(*content.sigma));
    matcher = std::make_unique<detect::sigma::Matcher>(std::move(made));
  }
  return std::unique_ptr<RecordJudge>(new RecordJudge(content, std::move(matcher)));
}

void RecordJudge::begin_input() {
  std::ranges::fill(explained_, 0u);
  last_time_ = {};
  translator_ = {};
}

void RecordJudge::judge(const event::LogRecord& record, const sensor::replay::RecordPlace& place,
                        FindingSink& sink) {
  if (record.time) last_time_ = *record.time;
  translated_ = translator_.translate(record, activity_);
  if (translated_) {
    activity_.place.input = place.input;
    activity_.place.offset = place.offset;
    if (!record.time) activity_.time = last_time_;
  }
  if (matcher_) judge_by_rules(record, place, sink);
  if (translated_) sink.activity(activity_);
}

void RecordJudge::judge_by_rules(const event::LogRecord& record,
                                 const sensor::replay::RecordPlace& place, FindingSink& sink) {
  feeding_.clear();
  for (const uint32_t index : matcher_->evaluate(record)) {
    if (content_.feeds_correlation[index]) feeding_.push_back(index);
    const detect::sigma::Rule& rule = content_.sigma->rules()[index];
    if (rule.silent) continue;
    evidence_.clear();
    if (explained_[index] < kExplainedMax) {
      ++explained_[index];
      evidence_ = explainer_->explain(index, record);
    } else {
      unexplained.add();
    }
    event::Alert alert = detect::sigma::sigma_alert(rule.about, record, evidence_,
                                                    translated_ ? &activity_ : nullptr);
    alert.time = alert.last_time = last_time_;
    alert.place.input = place.input;
    alert.place.offset = place.offset;
    sink.alert(alert);
  }
  if (!feeding_.empty()) sink.matched(record, feeding_);
}

}  // namespace picket::app::analyze
