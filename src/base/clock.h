// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace picket {

// Two clocks that never mix. MonoTime orders and measures (CLOCK_MONOTONIC, what the kernel stamps
// on records); WallTime is what people and other machines are told (UTC, nanoseconds since 1970).
struct MonoTime {
  uint64_t ns = 0;
  auto operator<=>(const MonoTime&) const = default;
};
struct WallTime {
  int64_t ns = 0;
  auto operator<=>(const WallTime&) const = default;
};

constexpr uint64_t kNsPerMs = 1'000'000;
constexpr uint64_t kNsPerSecond = 1'000'000'000;

// Nanoseconds from `earlier` to `later`; 0 when the order is the other way round.
inline uint64_t ns_between(MonoTime earlier, MonoTime later) {
  return later.ns > earlier.ns ? later.ns - earlier.ns : 0;
}

// The seam through which code asks for time, so that tests and replays bring their own.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual MonoTime mono() const = 0;
  virtual WallTime wall() const = 0;
  // The wall time at which a monotonic instant of this boot happened, by the offset between the
  // two clocks now (so a wall clock that was set since moves old instants along with it).
  WallTime wall_at(MonoTime instant) const {
    return WallTime{wall().ns - static_cast<int64_t>(mono().ns) + static_cast<int64_t>(instant.ns)};
  }
};

const Clock& system_clock();

// 2026-01-02T03:04:05.678901Z (RFC 3339, UTC, microseconds).
std::string rfc3339(WallTime time);
// Reads that form back: UTC only (Z), up to nine digits of fraction; nullopt for anything else.
std::optional<WallTime> parse_rfc3339(std::string_view text);

}  // namespace picket
