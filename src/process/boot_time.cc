// SPDX-License-Identifier: Apache-2.0
#include "process/boot_time.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>

namespace picket::process {
namespace {

int64_t read_ns(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return now.tv_sec * static_cast<int64_t>(kNsPerSecond) + now.tv_nsec;
}

// How long this boot has been suspended. The least of three readings: being scheduled away between
// the two clocks only ever makes it larger.
int64_t suspended_ns() {
  int64_t least = INT64_MAX;
  for (int i = 0; i < 3; ++i) {
    const int64_t mono = read_ns(CLOCK_MONOTONIC);
    least = std::min(least, read_ns(CLOCK_BOOTTIME) - mono);
  }
  return least;
}

}  // namespace

int64_t BootTime::wall_minus_mono_ns() {
  const int64_t now = clock_.wall().ns - static_cast<int64_t>(clock_.mono().ns);
  if (!known_ || std::abs(now - wall_minus_mono_ns_) > kDriftNs) {
    known_ = true;
    wall_minus_mono_ns_ = now;
    suspended_ns_ = suspended_ns();
  }
  return wall_minus_mono_ns_;
}

WallTime BootTime::wall(uint64_t boot_ns) {
  // Sleeping moves CLOCK_MONOTONIC against both others, hence the drift above: it refreshes both.
  const int64_t offset = wall_minus_mono_ns();
  return WallTime{static_cast<int64_t>(boot_ns) - suspended_ns_ + offset};
}

WallTime BootTime::wall(MonoTime instant) {
  return WallTime{static_cast<int64_t>(instant.ns) + wall_minus_mono_ns()};
}

}  // namespace picket::process
