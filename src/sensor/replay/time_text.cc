// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/time_text.h"

#include <charconv>
#include <chrono>

namespace picket::sensor::replay {
namespace {

constexpr int64_t kSecondsMax = 9'000'000'000;  // beyond the year 2255: not a time of this world

bool digit(char c) { return c >= '0' && c <= '9'; }

// Reads exactly `count` digits off the front.
std::optional<int> number(std::string_view& text, size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (size_t i = 0; i < count; ++i) {
    if (!digit(text[i])) return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool skip(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// The digits after the point as nanoseconds; more than nine are cut off.
std::optional<int64_t> fraction(std::string_view& text) {
  int64_t ns = 0;
  int digits = 0;
  while (!text.empty() && digit(text.front())) {
    if (digits < 9) ns = ns * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 9; ++digits) ns *= 10;
  return ns;
}

// Z, +02:00, -0530 or nothing; seconds east of UTC.
std::optional<int> zone(std::string_view& text) {
  if (text.empty() || skip(text, 'Z')) return 0;
  const bool west = text.front() == '-';
  if (!west && text.front() != '+') return std::nullopt;
  text.remove_prefix(1);
  const auto hours = number(text, 2);
  skip(text, ':');
  const auto minutes = number(text, 2);
  if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
  return (west ? -1 : 1) * (*hours * 3600 + *minutes * 60);
}

std::optional<std::chrono::sys_days> date(std::string_view& text) {
  const auto year = number(text, 4);
  if (!year || !skip(text, '-')) return std::nullopt;
  const auto month = number(text, 2);
  if (!month || !skip(text, '-')) return std::nullopt;
  const auto day = number(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day ymd{std::chrono::year{*year},
                                        std::chrono::month(static_cast<unsigned>(*month)),
                                        std::chrono::day(static_cast<unsigned>(*day))};
  if (!ymd.ok() || *year < 1700 || *year > 2255) return std::nullopt;
  return std::chrono::sys_days{ymd};
}

}  // namespace

std::optional<WallTime> parse_epoch(std::string_view text) {
  const bool negative = skip(text, '-');
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || seconds < 0 || seconds > kSecondsMax) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  int64_t ns = 0;
  if (skip(text, '.')) {
    const auto part = fraction(text);
    if (!part) return std::nullopt;
    ns = *part;
  }
  if (!text.empty()) return std::nullopt;
  const int64_t total = seconds * 1'000'000'000 + ns;
  return WallTime{negative ? -total : total};
}

std::optional<WallTime> parse_time_text(std::string_view text) {
  if (text.size() < 19 || text[4] != '-') return parse_epoch(text);
  const auto days = date(text);
  if (!days || (!skip(text, 'T') && !skip(text, ' '))) return std::nullopt;
  const auto hour = number(text, 2);
  if (!hour || !skip(text, ':')) return std::nullopt;
  const auto minute = number(text, 2);
  if (!minute || !skip(text, ':')) return std::nullopt;
  const auto second = number(text, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  int64_t ns = 0;
  if (skip(text, '.')) {
    const auto part = fraction(text);
    if (!part) return std::nullopt;
    ns = *part;
  }
  skip(text, ' ');
  const auto offset = zone(text);
  if (!offset || !text.empty()) return std::nullopt;
  const int64_t seconds = int64_t{days->time_since_epoch().count()} * 86400 + *hour * 3600 +
                          *minute * 60 + *second - *offset;
  return WallTime{seconds * 1'000'000'000 + ns};
}

}  // namespace picket::sensor::replay
