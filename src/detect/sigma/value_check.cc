// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/value_check.h"

#include <charconv>
#include <chrono>

namespace picket::detect::sigma {
namespace {

std::optional<double> number_of(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  const char* end = text.data() + text.size();
  if (text.starts_with("0x") || text.starts_with("0X")) {
    uint64_t whole = 0;
    auto [at, error] = std::from_chars(text.data() + 2, end, whole, 16);
    if (error != std::errc() || at != end) return std::nullopt;
    return static_cast<double>(whole);
  }
  double number = 0;
  auto [at, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc() || at != end) return std::nullopt;
  return number;
}

bool holds(Compare compare, double left, double right) {
  switch (compare) {
    case Compare::kEqual: return left == right;
    case Compare::kLess: return left < right;
    case Compare::kLessOrEqual: return left <= right;
    case Compare::kGreater: return left > right;
    case Compare::kGreaterOrEqual: return left >= right;
  }
  return false;
}

// Digits at a fixed place of a date.
std::optional<int> digits(std::string_view text, size_t at, size_t count) {
  if (text.size() < at + count) return std::nullopt;
  int value = 0;
  for (char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

int iso_week(std::chrono::year_month_day date) {
  using std::chrono::days, std::chrono::sys_days, std::chrono::weekday;
  sys_days day = date;
  // The week belongs to the year of its Thursday.
  sys_days thursday = day + days(4 - static_cast<int>(weekday(day).iso_encoding()));
  std::chrono::year_month_day of(thursday);
  sys_days first = of.year() / 1 / 1;
  return static_cast<int>((thursday - first).count() / 7 + 1);
}

}  // namespace

std::optional<double> date_part(std::string_view text, DatePart part) {
  auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  if (!year || !month || !day) return std::nullopt;
  std::chrono::year_month_day date(std::chrono::year(*year),
                                   std::chrono::month(static_cast<unsigned>(*month)),
                                   std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  bool timed = text.size() > 10 && (text[10] == 'T' || text[10] == ' ');
  std::optional<int> value;
  switch (part) {
    case DatePart::kMinute: value = timed ? digits(text, 14, 2) : std::nullopt; break;
    case DatePart::kHour: value = timed ? digits(text, 11, 2) : std::nullopt; break;
    case DatePart::kDay: value = day; break;
    case DatePart::kWeek: value = iso_week(date); break;
    case DatePart::kMonth: value = month; break;
    case DatePart::kYear: value = year; break;
    case DatePart::kNone: break;
  }
  return value ? std::optional<double>(*value) : std::nullopt;
}

bool passes(const Predicate& predicate, const TestedValue& value, const re2::RE2* regex) {
  switch (predicate.kind) {
    case Predicate::Kind::kText:
      return predicate.text.matches(predicate.cased ? value.raw : value.folded);
    case Predicate::Kind::kRegex:
      return regex != nullptr &&
             re2::RE2::PartialMatch(re2::StringPiece(value.raw.data(), value.raw.size()), *regex);
    case Predicate::Kind::kCidr: {
      auto address = IpAddress::parse(value.raw);
      return address && predicate.prefix.contains(*address);
    }
    case Predicate::Kind::kNumber: {
      auto number = predicate.part == DatePart::kNone ? number_of(value.raw)
                                                      : date_part(value.raw, predicate.part);
      return number && holds(predicate.compare, *number, predicate.number);
    }
    default: return false;
  }
}

bool passes_reference(const Predicate& predicate, const TestedValue& value,
                      const TestedValue& other) {
  std::string_view left = predicate.cased ? value.raw : value.folded;
  std::string_view right = predicate.cased ? other.raw : other.folded;
  if (predicate.other_starts && predicate.other_ends)
    return left.find(right) != std::string_view::npos;
  if (predicate.other_starts) return left.starts_with(right);
  if (predicate.other_ends) return left.ends_with(right);
  return left == right;
}

}  // namespace picket::detect::sigma
