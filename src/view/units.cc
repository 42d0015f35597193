// SPDX-License-Identifier: Apache-2.0
#include "view/units.h"

#include <cmath>
#include <cstdio>
#include <iterator>

namespace picket::view {
namespace {

constexpr double kStep = 1024;
constexpr const char* kUnits[] = {"", " K", " M", " G", " T", " P", " E"};

std::string with_unit(double amount, size_t unit) {
  char text[32];
  // Rounded to what is printed, a number may reach the next unit: 1023.97 K is 1.0 M.
  if (unit + 1 < std::size(kUnits) && std::round(amount) >= kStep)
    return with_unit(amount / kStep, unit + 1);
  const bool tenths = unit > 0 && amount < 99.95;
  std::snprintf(text, sizeof text, tenths ? "%.1f%s" : "%.0f%s", amount, kUnits[unit]);
  return text;
}

}  // namespace

std::string short_bytes(uint64_t bytes) {
  double amount = static_cast<double>(bytes);
  size_t unit = 0;
  while (amount >= kStep && unit + 1 < std::size(kUnits)) {
    amount /= kStep;
    ++unit;
  }
  return with_unit(amount, unit);
}

std::string short_rate(double bytes_per_s) {
  if (!std::isfinite(bytes_per_s) || bytes_per_s <= 0) return "0";
  if (bytes_per_s < 1) return "<1";
  constexpr double kMost = 9.2e18;  // what llround() can hold
  return short_bytes(static_cast<uint64_t>(std::llround(std::fmin(bytes_per_s, kMost))));
}

std::string grouped(uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string short_age(uint64_t ns) {
  const uint64_t seconds = ns / kNsPerSecond;
  if (seconds < 60) return std::to_string(seconds) + "s";
  if (seconds < 3600) return std::to_string(seconds / 60) + "m";
  if (seconds < 86'400) return std::to_string(seconds / 3600) + "h";
  return std::to_string(seconds / 86'400) + "d";
}

std::string short_age(WallTime then, WallTime now) {
  // Unsigned, so that times at both ends of the range differ without overflow.
  return short_age(now > then ? static_cast<uint64_t>(now.ns) - static_cast<uint64_t>(then.ns)
                              : uint64_t{0});
}

std::string clock_time(WallTime time) { return rfc3339(time).substr(11, 8) + "Z"; }

std::string rfc3339_seconds(WallTime time) { return rfc3339(time).substr(0, 19) + "Z"; }

}  // namespace picket::view
