// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "base/clock.h"

// Numbers and times as people read them, the same in every table and screen: short, with a bounded
// width, so that columns stay put. Pure functions; any thread.
namespace picket::view {

// 0, 212, 1.1 K, 88.0 K, 512 K, 2.1 M, 12.4 G ... in powers of 1024; at most 6 columns up to 999 E.
std::string short_bytes(uint64_t bytes);
// The same for bytes per second, without a "/s" (the heading says it). Nothing moves, or the number
// is no number: 0. More than nothing and less than one byte: <1.
std::string short_rate(double bytes_per_s);
// 2,114
std::string grouped(uint64_t number);

// A span of time in its largest unit: 0s, 4s, 12m, 3h, 5d, 400d; at most 4 columns up to 999 d.
std::string short_age(uint64_t ns);
// From `then` to `now`; 0s when `then` is still to come.
std::string short_age(WallTime then, WallTime now);

// 12:04:31Z
std::string clock_time(WallTime time);
// 2026-01-02T03:04:05Z (RFC 3339, whole seconds; base/clock.h has the one with microseconds).
std::string rfc3339_seconds(WallTime time);

}  // namespace picket::view
