// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/engine.h"

#include "base/counter.h"

namespace picket::detect::sigma {
namespace {

Counter unexplained{"detect.sigma.unexplained",
                    "findings without evidence: their rule had too many before"};

}  // namespace

Engine::Engine(std::shared_ptr<const Program> program, Matcher matcher, Correlator correlator,
               SourceTable table)
    : program_(std::move(program)),
      matcher_(std::move(matcher)),
      correlator_(std::move(correlator)),
      explainer_(program_->rules(), table),
      explained_(program_->rules().size()) {}

Result<std::unique_ptr<Engine>> Engine::create(std::shared_ptr<const Program> program,
                                               SourceTable table) {
  TRY_ASSIGN(Matcher matcher, Matcher::create(*program, table));
  TRY_ASSIGN(Correlator correlator, Correlator::create(program->set()));
  return std::unique_ptr<Engine>(
      new Engine(std::move(program), std::move(matcher), std::move(correlator), table));
}

void Engine::add_hits(std::vector<Finding>& findings) {
  for (CorrelationHit& hit : hits_) {
    const Correlation& correlation = program_->set().correlations[hit.correlation];
    if (!correlation.silent) findings.push_back({&correlation.about, nullptr, {}, std::move(hit)});
  }
  hits_.clear();
}

void Engine::evaluate(const event::LogRecord& record, std::vector<Finding>& findings) {
  std::span<const uint32_t> matched = matcher_.evaluate(record);
  for (uint32_t rule : matched) {
    const Rule& of = program_->rules()[rule];
    if (of.silent) continue;
    Finding& finding = findings.emplace_back(Finding{&of.about, &of.source, {}, std::nullopt});
    if (++explained_[rule] <= kExplainedMax) {
      finding.evidence = explainer_.explain(rule, record);
    } else {
      explained_[rule] = kExplainedMax;
      unexplained.add();
    }
  }
  correlator_.observe(record, matched, hits_);
  add_hits(findings);
}

void Engine::finish(std::vector<Finding>& findings) {
  correlator_.finish(hits_);
  add_hits(findings);
}

}  // namespace picket::detect::sigma
