// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/clock.h"

namespace picket::process {

// Turns starts of processes (nanoseconds since boot, CLOCK_BOOTTIME, which runs on while the
// machine sleeps) into wall time. The same instant gives the same answer each time it is asked, so
// that two lines about one process agree; only when the wall clock was set by more than
// kDriftNs does the answer follow it. Not thread-safe.
class BootTime {
 public:
  static constexpr int64_t kDriftNs = 100 * static_cast<int64_t>(kNsPerMs);

  explicit BootTime(const Clock& clock) : clock_(clock) {}

  WallTime wall(uint64_t boot_ns);
  WallTime wall(MonoTime instant);

 private:
  int64_t wall_minus_mono_ns();

  const Clock& clock_;
  bool known_ = false;
  int64_t wall_minus_mono_ns_ = 0;
  int64_t suspended_ns_ = 0;
};

}  // namespace picket::process
