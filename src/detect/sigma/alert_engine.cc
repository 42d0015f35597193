// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/alert_engine.h"

#include <algorithm>

#include "base/counter.h"
#include "detect/sigma/sigma_alert.h"

namespace picket::detect::sigma {
namespace {

Counter records_seen{"detect.sigma.live_records", "records shown to the Sigma rules, live"};
Counter findings_seen{"detect.sigma.live_findings", "what Sigma rules found in them"};

}  // namespace

AlertEngine::AlertEngine(std::unique_ptr<Engine> engine, std::vector<behavior::AllowEntry> allow,
                         SourceTable table)
    : engine_(std::move(engine)), fold_(std::move(allow)), table_(table) {}

Result<std::unique_ptr<AlertEngine>> AlertEngine::create(RuleSet rules,
                                                         std::vector<behavior::AllowEntry> allow,
                                                         SourceTable table) {
  TRY_ASSIGN(std::shared_ptr<const Program> program, Program::compile(std::move(rules)));
  TRY_ASSIGN(auto engine, Engine::create(std::move(program), table));
  return std::unique_ptr<AlertEngine>(new AlertEngine(std::move(engine), std::move(allow), table));
}

size_t AlertEngine::rules_for(std::span<const event::LogOrigin> origins) const {
  return static_cast<size_t>(
      std::ranges::count_if(engine_->program().rules(), [&](const Rule& rule) {
        return std::ranges::any_of(origins, [&](const event::LogOrigin& origin) {
          return belongs(origin, rule.source, table_);
        });
      }));
}

void AlertEngine::observe(const event::LogRecord& record, const event::Activity& activity) {
  records_seen.add();
  findings_.clear();
  engine_->evaluate(record, findings_);
  for (const Finding& finding : findings_) {
    findings_seen.add();
    event::Alert alert = finding.correlation
                             ? correlation_alert(*finding.about, *finding.correlation, &record)
                             : sigma_alert(*finding.about, record, finding.evidence, &activity);
    if (!finding.correlation) alert.time = alert.last_time = activity.time;
    alert.place = activity.place;
    fold_.raise(std::move(alert));
  }
}

}  // namespace picket::detect::sigma
