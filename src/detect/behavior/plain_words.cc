// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/plain_words.h"

#include <cstdio>

namespace picket::detect::behavior {
namespace {

std::string formatted(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

}  // namespace

std::string duration_words(double seconds) {
  constexpr double kMinute = 60, kHour = 3600, kDay = 86400;
  if (seconds < 1) return formatted("%.0f ms", seconds * 1000);
  if (seconds < kMinute) return formatted("%.3g s", seconds);
  if (seconds < kHour) {
    const auto whole = static_cast<int>(seconds);
    return whole % 60 == 0
               ? std::to_string(whole / 60) + " min"
               : std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
  }
  if (seconds < 2 * kDay) return formatted("%.1f h", seconds / kHour);
  return formatted("%.1f days", seconds / kDay);
}

std::string bytes_words(double bytes) {
  constexpr double kKilo = 1000;
  if (bytes < 10 * kKilo) return formatted("%.0f bytes", bytes);
  if (bytes < kKilo * kKilo) return formatted("%.0f kB", bytes / kKilo);
  if (bytes < kKilo * kKilo * kKilo) return formatted("%.1f MB", bytes / kKilo / kKilo);
  return formatted("%.1f GB", bytes / kKilo / kKilo / kKilo);
}

std::string percent_words(double share) { return formatted("%.0f %%", share * 100); }

std::string number_words(double value) { return formatted("%.3f", value); }

std::string caller_words(const event::Actor& actor, std::string_view host) {
  const std::string_view name = actor.name.empty() ? std::string_view(actor.path) : actor.name;
  if (name.empty()) return std::string(host);
  return actor.pid == 0 ? std::string(name)
                        : std::string(name) + " (pid " + std::to_string(actor.pid) + ")";
}

}  // namespace picket::detect::behavior
