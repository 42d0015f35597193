// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "detect/behavior/alert_fold.h"
#include "detect/sigma/engine.h"
#include "event/activity.h"
#include "event/alert.h"

namespace picket::detect::sigma {

// Sigma rules behind one door for a machine that is watched live: records in, alerts out. Repeats
// (one rule, process and peer) fold into one alert, and the allow-list lowers what is known to be
// right (behavior/alert_fold.h). One thread.
class AlertEngine {
 public:
  static Result<std::unique_ptr<AlertEngine>> create(RuleSet rules,
                                                     std::vector<behavior::AllowEntry> allow = {},
                                                     SourceTable table = SourceTable::kStandard);

  // How loading went, and how many rules (of those loaded) records of these origins can match at
  // all.
  const LoadReport& report() const { return engine_->program().set().report; }
  size_t rules_for(std::span<const event::LogOrigin> origins) const;

  // `activity`: the same as the behaviours read it; its actor, place and time become the alert's.
  void observe(const event::LogRecord& record, const event::Activity& activity);
  // Those that are new since the last call.
  std::vector<event::Alert> take_new() { return fold_.take_new(); }

 private:
  AlertEngine(std::unique_ptr<Engine> engine, std::vector<behavior::AllowEntry> allow,
              SourceTable table);

  std::unique_ptr<Engine> engine_;
  behavior::AlertFold fold_;
  SourceTable table_;
  std::vector<Finding> findings_;
};

}  // namespace picket::detect::sigma
