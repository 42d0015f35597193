// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "detect/behavior/alert_fold.h"
#include "detect/behavior/behavior.h"

// All behaviours behind one door: activities in, alerts out. One thread. Activities of one host
// must come in the order of their time; hosts may be mixed. At kHostsMax the host that was quiet
// longest is forgotten (its behaviours' own state ages by itself), counted in
// `detect.behavior.host_evicted`.
namespace picket::detect::behavior {

class BehaviorSet {
 public:
  static constexpr size_t kHostsMax = 4'096;

  static Result<std::unique_ptr<BehaviorSet>> create(const BehaviorSettings& settings = {});

  void observe(const event::Activity& activity);
  // The alerts that are new since the last call: the first match of each, for a live view. What
  // folds into one later shows in finish().
  std::vector<event::Alert> take_new();
  // The input is over. Every alert, folded, by time. Nothing may be observed afterwards.
  std::vector<event::Alert> finish();

  // nullptr: nothing seen of it (or forgotten).
  const HostView* host(std::string_view name) const;

 private:
  struct HostState {
    HostView view;
    WallTime last;
  };
  BehaviorSet(const BehaviorSettings& settings);
  HostView& host_of(const event::Activity& activity);
  void evict_quietest();

  std::vector<std::unique_ptr<Behavior>> behaviors_;
  AlertFold fold_;
  std::unordered_map<std::string, std::unique_ptr<HostState>> hosts_;
  std::string last_host_name_;
  HostState* last_host_ = nullptr;
};

}  // namespace picket::detect::behavior
