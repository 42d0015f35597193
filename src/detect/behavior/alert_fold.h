// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <unordered_map>
#include <vector>

#include "detect/behavior/behavior.h"

// Folds repeats: one alert per (rule, host, process identity, peer), which grows `count` and
// `last_time` and takes over a higher severity (with its reason). An alert that comes with a count
// of its own sums up all before it: it replaces what was said, unless that was worse. The peer is
// the other side's address, else the domain, else the file. Applies the allow-list on the way
// (severity.h). Past kAlertsMax new alerts are dropped and counted in
// `detect.behavior.alert_dropped`; a live machine, which takes alerts out as they come, never gets
// there. One thread.
namespace picket::detect::behavior {

class AlertFold final : public AlertSink {
 public:
  static constexpr size_t kAlertsMax = 100'000;
  // Of those handed out by take_new() so many are remembered; then folding begins anew.
  static constexpr size_t kHandedOutMax = 16'384;

  explicit AlertFold(std::vector<AllowEntry> allow) : allow_(std::move(allow)) {}
  void raise(event::Alert&& alert) override;
  // Copies of those that came since the last call.
  std::vector<event::Alert> take_new();
  // All of them, by time; the fold is empty afterwards.
  std::vector<event::Alert> take_all();

 private:
  std::vector<AllowEntry> allow_;
  std::vector<event::Alert> alerts_;
  std::unordered_map<std::string, size_t> by_key_;
  size_t taken_ = 0;
};

}  // namespace picket::detect::behavior
