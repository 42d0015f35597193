// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/behavior_set.h"

#include <algorithm>

#include "base/counter.h"

namespace picket::detect::behavior {

#define BEHAVIOR(name) BehaviorEntry name##_entry();
#include "detect/behavior/all_behaviors.def"
#undef BEHAVIOR

namespace {

Counter host_evicted{"detect.behavior.host_evicted",
                     "hosts forgotten by the behaviours because too many were seen"};

}  // namespace

std::span<const BehaviorEntry> all_behaviors() {
  static const std::vector<BehaviorEntry> kAll = {
#define BEHAVIOR(name) name##_entry(),
#include "detect/behavior/all_behaviors.def"
#undef BEHAVIOR
  };
  return kAll;
}

BehaviorSet::BehaviorSet(const BehaviorSettings& settings) : fold_(settings.allow) {}

Result<std::unique_ptr<BehaviorSet>> BehaviorSet::create(const BehaviorSettings& settings) {
  std::unique_ptr<BehaviorSet> set(new BehaviorSet(settings));
  for (const BehaviorEntry& entry : all_behaviors()) {
    Thresholds thresholds(entry.info.settings);
    if (auto table = settings.tables.find(entry.info.name); table != settings.tables.end()) {
      if (!table->second.enabled) continue;
      for (const auto& [name, value] : table->second.values)
        if (!thresholds.set(name, value))
          return failure("behavior." + std::string(entry.info.name) +
                         ": no such setting, or a value out of bounds: " + name);
    }
    set->behaviors_.push_back(entry.make(thresholds));
  }
  return set;
}

void BehaviorSet::evict_quietest() {
  auto quietest =
      std::ranges::min_element(hosts_, {}, [](const auto& entry) { return entry.second->last; });
  hosts_.erase(quietest);
  last_host_ = nullptr;
  host_evicted.add();
}

HostView& BehaviorSet::host_of(const event::Activity& activity) {
  if (last_host_ == nullptr || last_host_name_ != activity.host) {
    auto known = hosts_.find(activity.host);
    if (known == hosts_.end()) {
      if (hosts_.size() == kHostsMax) evict_quietest();
      known = hosts_.emplace(activity.host, std::make_unique<HostState>()).first;
    }
    last_host_ = known->second.get();
    last_host_name_ = activity.host;
  }
  last_host_->last = activity.time;
  return last_host_->view;
}

void BehaviorSet::observe(const event::Activity& activity) {
  HostView& view = host_of(activity);
  const HostContext context{view, view.learn(activity)};
  for (const auto& behavior : behaviors_) behavior->observe(activity, context, fold_);
}

std::vector<event::Alert> BehaviorSet::take_new() { return fold_.take_new(); }

std::vector<event::Alert> BehaviorSet::finish() {
  for (const auto& behavior : behaviors_) behavior->finish(fold_);
  return fold_.take_all();
}

const HostView* BehaviorSet::host(std::string_view name) const {
  auto known = hosts_.find(std::string(name));
  return known == hosts_.end() ? nullptr : &known->second->view;
}

}  // namespace picket::detect::behavior
