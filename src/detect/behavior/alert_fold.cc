// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/alert_fold.h"

#include <algorithm>

#include "base/counter.h"
#include "detect/behavior/allow_list.h"

namespace picket::detect::behavior {
namespace {

Counter alert_dropped{"detect.behavior.alert_dropped",
                      "alerts not kept because there were too many different ones"};
Counter folding_anew{"detect.behavior.folding_anew",
                     "times that repeats were told anew because too many alerts were remembered"};

std::string key_of(const event::Alert& alert) {
  std::string key = alert.rule_id;
  key += '\n';
  key += alert.host;
  key += '\n';
  key += HostView::identity(alert.actor);
  key += '\n';
  if (alert.connection)
    alert.connection->remote.address.append_to(key);
  else
    key += alert.domain.empty() ? alert.file : alert.domain;
  return key;
}

}  // namespace

void AlertFold::raise(event::Alert&& alert) {
  apply_allow_list(allow_, alert);
  std::string key = key_of(alert);
  auto known = by_key_.find(key);
  if (known == by_key_.end()) {
    if (alerts_.size() == kAlertsMax) return alert_dropped.add();
    by_key_.emplace(std::move(key), alerts_.size());
    if (alert.last_time < alert.time) alert.last_time = alert.time;
    event::assign_id(alert);
    alerts_.push_back(std::move(alert));
    return;
  }
  event::Alert& first = alerts_[known->second];
  const WallTime begun = std::min(first.time, alert.time);
  const WallTime last = std::max({first.last_time, alert.time, alert.last_time});
  // One that was raised with a count sums up what there was before, and says it anew.
  const bool sums_up = alert.count > 1;
  const uint64_t count = sums_up ? std::max(first.count, alert.count) : first.count + 1;
  if (alert.severity > first.severity || (sums_up && alert.severity == first.severity)) {
    alert.id = std::move(first.id);  // still the same conclusion
    first = std::move(alert);
  }
  first.time = begun;
  first.last_time = last;
  first.count = count;
}

std::vector<event::Alert> AlertFold::take_new() {
  std::vector<event::Alert> fresh(alerts_.begin() + static_cast<std::ptrdiff_t>(taken_),
                                  alerts_.end());
  taken_ = alerts_.size();
  if (taken_ >= kHandedOutMax) {
    alerts_.clear();
    by_key_.clear();
    taken_ = 0;
    folding_anew.add();
  }
  return fresh;
}

std::vector<event::Alert> AlertFold::take_all() {
  std::vector<event::Alert> all = std::move(alerts_);
  alerts_.clear();
  by_key_.clear();
  taken_ = 0;
  std::ranges::stable_sort(all, {}, &event::Alert::time);
  return all;
}

}  // namespace picket::detect::behavior
