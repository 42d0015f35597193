// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <cstdio>
#include <ctime>

namespace picket {
namespace {

class SystemClock final : public Clock {
 public:
  MonoTime mono() const override {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return MonoTime{static_cast<uint64_t>(now.tv_sec) * kNsPerSecond + static_cast<uint64_t>(now.tv_nsec)};
  }
  WallTime wall() const override {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return WallTime{now.tv_sec * static_cast<int64_t>(kNsPerSecond) + now.tv_nsec};
  }
};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::string rfc3339(WallTime time) {
  int64_t seconds = time.ns / static_cast<int64_t>(kNsPerSecond);
  int64_t rest_ns = time.ns % static_cast<int64_t>(kNsPerSecond);
  if (rest_ns < 0) {
    rest_ns += static_cast<int64_t>(kNsPerSecond);
    --seconds;
  }
  const time_t whole = seconds;
  tm parts{};
  gmtime_r(&whole, &parts);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", parts.tm_year + 1900,
                parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                static_cast<int>(rest_ns / 1000));
  return text;
}

}  // namespace picket
