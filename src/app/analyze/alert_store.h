// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "event/alert.h"

namespace picket::app::analyze {

// All alerts of an analysis, packed while it runs, to be gone through in order of time as often as
// an output needs. Bounded: past `bytes_max` further alerts are only counted (by severity, and in
// analyze.alert_dropped). Not thread-safe.
class AlertStore {
 public:
  static constexpr size_t kBytesMax = size_t{1024} * 1024 * 1024;

  explicit AlertStore(size_t bytes_max = kBytesMax) : bytes_max_(bytes_max) {}

  void add(const event::Alert& alert);
  void add_packed(WallTime time, std::string_view bytes);
  // All are in: orders them by time (equal times by arrival) and gives each its id.
  void finish();
  // In that order. The reference lives for the call.
  void visit(const std::function<void(const event::Alert&)>& each) const;

  size_t size() const { return entries_.size(); }
  uint64_t dropped() const { return dropped_; }
  // Alerts of that severity, those not kept included.
  uint64_t count(event::Severity severity) const { return counts_[static_cast<size_t>(severity)]; }

 private:
  struct Entry {
    WallTime time;
    uint32_t number = 0;
    std::string packed;
  };
  const size_t bytes_max_;
  std::vector<Entry> entries_;
  size_t bytes_ = 0;
  uint64_t dropped_ = 0;
  std::array<uint64_t, 5> counts_{};
};

}  // namespace picket::app::analyze
