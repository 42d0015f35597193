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
    return MonoTime{static_cast<uint64_t>(now.tv_sec) * kNsPerSecond +
                    static_cast<uint64_t>(now.tv_nsec)};
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

namespace {

// The number of exactly `digits` digits at `from`, moving past it; -1 when that is not there.
int fixed_number(std::string_view text, size_t& from, size_t digits) {
  if (from + digits > text.size()) return -1;
  int value = 0;
  for (size_t i = 0; i < digits; ++i) {
    const char digit = text[from + i];
    if (digit < '0' || digit > '9') return -1;
    value = value * 10 + (digit - '0');
  }
  from += digits;
  return value;
}

bool expect(std::string_view text, size_t& from, char wanted) {
  if (from >= text.size() || text[from] != wanted) return false;
  ++from;
  return true;
}

}  // namespace

std::optional<WallTime> parse_rfc3339(std::string_view text) {
  size_t at = 0;
  tm parts{};
  const auto field = [&](size_t digits, int low, int high, int& out) {
    out = fixed_number(text, at, digits);
    return out >= low && out <= high;
  };
  if (!field(4, 1, 9999, parts.tm_year) || !expect(text, at, '-') ||
      !field(2, 1, 12, parts.tm_mon) || !expect(text, at, '-') || !field(2, 1, 31, parts.tm_mday) ||
      !expect(text, at, 'T') || !field(2, 0, 23, parts.tm_hour) || !expect(text, at, ':') ||
      !field(2, 0, 59, parts.tm_min) || !expect(text, at, ':') || !field(2, 0, 60, parts.tm_sec))
    return std::nullopt;
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  int64_t rest_ns = 0;
  if (at < text.size() && text[at] == '.') {
    const size_t first = ++at;
    int64_t unit = static_cast<int64_t>(kNsPerSecond) / 10;
    while (at < text.size() && at < first + 9 && text[at] >= '0' && text[at] <= '9') {
      rest_ns += (text[at++] - '0') * unit;
      unit /= 10;
    }
    if (at == first) return std::nullopt;
  }
  if (!expect(text, at, 'Z') || at != text.size()) return std::nullopt;
  // Years past 2262 do not fit nanoseconds in 64 bits.
  const int day = parts.tm_mday;
  const bool leap_second = parts.tm_sec == 60;
  const int64_t seconds = timegm(&parts);
  if (parts.tm_mday != day && !leap_second) return std::nullopt;  // the 31st of a shorter month
  if (seconds > INT64_MAX / static_cast<int64_t>(kNsPerSecond) - 1 ||
      seconds < INT64_MIN / static_cast<int64_t>(kNsPerSecond) + 1)
    return std::nullopt;
  return WallTime{seconds * static_cast<int64_t>(kNsPerSecond) + rest_ns};
}

}  // namespace picket
