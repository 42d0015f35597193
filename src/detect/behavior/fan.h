// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "event/activity.h"

namespace picket::detect::behavior {

// How many different things (addresses, ports, names) one source reached for within a day, of a
// kind that is looked for (in vain, for a scan) among all attempts. Exact up to kDistinctMax; more
// are not told apart. Kept per source and topic by the scan and name behaviours. Not thread-safe.
class Fan {
 public:
  static constexpr size_t kDistinctMax = 1024;
  static constexpr int64_t kSpanMaxNs = int64_t{24} * 3600 * static_cast<int64_t>(kNsPerSecond);

  // Counts an attempt at `item` (a hash of it); true when the item is new among those that were to
  // be told apart (`tell`: the attempt is of the kind looked for). Older than a day: all begins
  // anew.
  bool add(uint64_t item, bool tell, WallTime at) {
    if (attempts_ > 0 && at.ns - first_.ns > kSpanMaxNs) *this = {};
    if (attempts_ == 0) first_ = last_ = at;
    first_ = std::min(first_, at);
    last_ = std::max(last_, at);
    ++attempts_;
    told_ += tell;
    if (!tell) return false;
    const auto small = static_cast<uint32_t>(item ^ item >> 32);
    const auto place = std::ranges::lower_bound(seen_, small);
    if ((place != seen_.end() && *place == small) || seen_.size() >= kDistinctMax) return false;
    seen_.insert(place, small);
    return true;
  }
  size_t distinct() const { return seen_.size(); }
  uint64_t attempts() const { return attempts_; }
  // Of all attempts those of the kind looked for.
  double share() const {
    return attempts_ == 0 ? 0 : static_cast<double>(told_) / static_cast<double>(attempts_);
  }
  WallTime first() const { return first_; }
  double span_s() const { return static_cast<double>(last_.ns - first_.ns) / 1e9; }

  size_t told_at = 0;  // distinct() when it was last told of

 private:
  std::vector<uint32_t> seen_;  // sorted
  uint64_t attempts_ = 0, told_ = 0;
  WallTime first_, last_;
};

}  // namespace picket::detect::behavior
