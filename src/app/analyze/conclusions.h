// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <vector>

#include "app/analyze/alert_store.h"
#include "app/analyze/content.h"
#include "app/analyze/lane.h"
#include "app/analyze/time_order.h"
#include "detect/behavior/behavior_set.h"
#include "detect/sigma/correlator.h"
#include "incident/lineage.h"

namespace picket::app::analyze {

// Everything that needs more than one record: takes the items of all inputs in their order, keeps
// the alerts, and has activities and matched records judged in order of time by behaviours and
// correlations. One thread. What it is given must outlive it.
class Conclusions {
 public:
  static Result<std::unique_ptr<Conclusions>> create(const Content& content, AlertStore& alerts,
                                                     incident::Lineage& lineage);

  // An alert, activity or matched record.
  void take(const Batch& batch, const Item& item);
  // All inputs are read: judges what waited. Returns how many activities there were.
  uint64_t finish();

 private:
  Conclusions(const Content& content, AlertStore& alerts, incident::Lineage& lineage);
  void deliver(Item::Kind kind, std::string_view bytes);
  void add_correlated(const event::LogRecord* record);

  const Content& content_;
  AlertStore& alerts_;
  incident::Lineage& lineage_;
  TimeOrder order_;
  std::unique_ptr<detect::behavior::BehaviorSet> behaviors_;  // null: not wanted
  std::unique_ptr<detect::sigma::Correlator> correlator_;     // null: no correlations
  event::Activity activity_;
  event::LogRecord record_;
  std::vector<uint32_t> rules_;
  std::vector<detect::sigma::CorrelationHit> hits_;
  uint64_t activities_ = 0;
};

}  // namespace picket::app::analyze
