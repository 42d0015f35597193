// SPDX-License-Identifier: Apache-2.0
#include "search/query_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/ascii.h"
#include "search/sql.h"

namespace picket::search {
namespace {

using schema::Field;
using schema::Type;

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr int64_t kDaySeconds = 86'400;
constexpr int64_t kSpanMaxNs = int64_t{100} * 365 * kDaySeconds * kSecondNs;

std::unexpected<QueryError> wrong(const Written& value, Field field, std::string_view what,
                                  std::string hint = {}) {
  return std::unexpected(QueryError{std::string(schema::info(field).name) + ": " +
                                        (value.quoted ? "\"" : "") + value.text +
                                        (value.quoted ? "\"" : "") + " is not " + std::string(what),
                                    value.at,
                                    std::move(hint),
                                    {}});
}

template <typename T>
std::optional<T> number_of(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct TimeSpan {
  int64_t low = 0, high = 0;  // the first and the last nanosecond that it may mean
};

// 2026, 2026-01, 2026-01-02, 2026-01-02T03, ...T03:04, ...T03:04:05[.6][Z], now, now-24h: filled up
// to a whole RFC 3339 time, and as long as what was left out.
std::optional<TimeSpan> parse_time(std::string_view text, WallTime now) {
  if (text.starts_with("now")) {
    text.remove_prefix(3);
    if (text.empty()) return TimeSpan{now.ns, now.ns};
    if (!text.starts_with('-')) return std::nullopt;
    const auto back = parse_span(text.substr(1));
    if (!back) return std::nullopt;
    return TimeSpan{now.ns - *back, now.ns - *back};
  }
  if (text.ends_with('Z')) text.remove_suffix(1);
  constexpr std::string_view kWhole = "0000-01-01T00:00:00";
  if (text.size() < 4 || text.size() > kWhole.size() + 10) return std::nullopt;
  const auto low = [&] {
    std::string filled(text);
    if (filled.size() > 10 && filled[10] == ' ') filled[10] = 'T';
    if (filled.size() < kWhole.size()) filled += kWhole.substr(filled.size());
    return parse_rfc3339(filled + 'Z');
  }();
  if (!low) return std::nullopt;
  int64_t length = 1;
  if (text.size() == 4)
    length = 366 * kDaySeconds * kSecondNs;
  else if (text.size() == 7)
    length = 31 * kDaySeconds * kSecondNs;
  else if (text.size() == 10)
    length = kDaySeconds * kSecondNs;
  else if (text.size() == 13)
    length = 3600 * kSecondNs;
  else if (text.size() == 16)
    length = 60 * kSecondNs;
  else if (text.size() == 19)
    length = kSecondNs;
  else if (text.size() < 19)
    return std::nullopt;
  return TimeSpan{low->ns, low->ns + length - 1};
}

std::string listed_words(Field field) {
  std::string words(schema::info(field).unit);
  for (size_t at = words.find('|'); at != words.npos; at = words.find('|', at))
    words.replace(at, 1, ", ");
  return "there are " + words;
}

// What one value of a field with an order means: from and to (the same for a point).
Parsed<TimeSpan> whole_values(Field field, const Written& value, WallTime now) {
  switch (schema::info(field).type) {
    case Type::kWord:
      if (const auto rank = schema::rank_of(field, ascii_lowered(value.text)))
        return TimeSpan{*rank, *rank};
      return wrong(value, field, "one of its words", listed_words(field));
    case Type::kNumber:
      if (const auto number = number_of<int64_t>(value.text)) return TimeSpan{*number, *number};
      return wrong(value, field, "a whole number", "for example 443, >1023 or [1 TO 1023]");
    case Type::kFlag:
      if (value.text == "true" || value.text == "yes") return TimeSpan{1, 1};
      if (value.text == "false" || value.text == "no") return TimeSpan{0, 0};
      return wrong(value, field, "true or false");
    default: break;
  }
  if (const auto span = parse_time(value.text, now)) return *span;
  return wrong(value, field, "a time", "for example 2026-01-31, 2026-01-31T08:30 or now-24h");
}

Parsed<Term> text_term(Field field, const Written& value) {
  Term term;
  term.field = field;
  term.text = value.text;
  term.pattern = value.pattern;
  if (schema::info(field).type == Type::kPhrase)
    term.how = Term::How::kContains;
  else
    term.how = value.pattern ? Term::How::kMatches : Term::How::kEquals;
  return term;
}

Parsed<Term> address_term(Field field, const Written& value) {
  Term term;
  term.field = field;
  const auto prefix = Prefix::parse(value.text);
  if (!prefix)
    return wrong(value, field, "an address", "for example 10.0.0.5, 10.0.0.0/8 or fd00::/8");
  term.how = Term::How::kPrefix;
  term.prefix = *prefix;
  return term;
}

Parsed<Term> real_term(Field field, const Written& value, Comparison comparison) {
  Term term;
  term.field = field;
  term.how = Term::How::kRange;
  const auto number = number_of<double>(value.text);
  if (!number || !std::isfinite(*number)) return wrong(value, field, "a number");
  if (comparison != Comparison::kLess && comparison != Comparison::kAtMost) term.real_low = number;
  if (comparison != Comparison::kMore && comparison != Comparison::kAtLeast)
    term.real_high = number;
  term.low_open = comparison == Comparison::kMore;
  term.high_open = comparison == Comparison::kLess;
  return term;
}

Term ordered_term(Field field, const TimeSpan& span, Comparison comparison) {
  Term term;
  term.field = field;
  term.how = Term::How::kRange;
  switch (comparison) {
    case Comparison::kIs:
      term.low = span.low;
      term.high = span.high;
      break;
    case Comparison::kLess:
      term.high = span.low;
      term.high_open = true;
      break;
    case Comparison::kAtMost: term.high = span.high; break;
    case Comparison::kMore:
      term.low = span.high;
      term.low_open = true;
      break;
    case Comparison::kAtLeast: term.low = span.low; break;
  }
  return term;
}

bool is_text(Type type) {
  return type == Type::kText || type == Type::kPhrase || type == Type::kList;
}

std::unexpected<QueryError> no_order(Field field, size_t at) {
  return std::unexpected(QueryError{std::string(schema::info(field).name) + " has no order",
                                    at,
                                    "compare it with a whole value, or with wildcards: * and ?",
                                    {}});
}

Parsed<Term> address_range(Field field, const Written& low, const Written& high, bool low_open,
                           bool high_open) {
  Term term;
  term.field = field;
  term.how = Term::How::kRange;
  term.low_open = low_open;
  term.high_open = high_open;
  term.address_low = IpAddress::parse(low.text);
  if (!term.address_low) return wrong(low, field, "an address");
  term.address_high = IpAddress::parse(high.text);
  if (!term.address_high) return wrong(high, field, "an address");
  if (term.address_low->is_v4() != term.address_high->is_v4())
    return wrong(high, field, "of the same family as " + low.text);
  return term;
}

}  // namespace

std::optional<int64_t> parse_span(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  const auto count = number_of<int64_t>(text.substr(0, text.size() - 1));
  int64_t unit = 0;
  switch (text.back()) {
    case 's': unit = kSecondNs; break;
    case 'm': unit = 60 * kSecondNs; break;
    case 'h': unit = 3600 * kSecondNs; break;
    case 'd': unit = kDaySeconds * kSecondNs; break;
    case 'w': unit = 7 * kDaySeconds * kSecondNs; break;
    default: return std::nullopt;
  }
  if (!count || *count < 0 || *count > kSpanMaxNs / unit) return std::nullopt;
  return *count * unit;
}

Parsed<Term> make_term(Field field, const Written& value, Comparison comparison, WallTime now) {
  const Type type = schema::info(field).type;
  if (is_text(type) || type == Type::kAddress) {
    if (comparison != Comparison::kIs) return no_order(field, value.at);
    return is_text(type) ? text_term(field, value) : address_term(field, value);
  }
  if (value.pattern)
    return wrong(value, field, "comparable",
                 "wildcards are for text; write a value, or a range: [1 TO 9]");
  if (type == Type::kReal) return real_term(field, value, comparison);
  TRY_ASSIGN(const TimeSpan span, whole_values(field, value, now));
  return ordered_term(field, span, comparison);
}

Parsed<Term> make_range(Field field, const Written& low, const Written& high, bool low_open,
                        bool high_open, WallTime now) {
  const auto unbounded = [](const Written& end) { return end.pattern && end.text == "*"; };
  const Type type = schema::info(field).type;
  if (is_text(type)) return no_order(field, low.at);
  if (type == Type::kAddress) return address_range(field, low, high, low_open, high_open);
  Term term;
  term.field = field;
  term.how = Term::How::kRange;
  term.low_open = low_open;
  term.high_open = high_open;
  if (unbounded(low) && unbounded(high)) {
    term.how = Term::How::kExists;
  } else if (type == Type::kReal) {
    if (!unbounded(low)) {
      TRY_ASSIGN(const Term from, real_term(field, low, Comparison::kIs));
      term.real_low = from.real_low;
    }
    if (!unbounded(high)) {
      TRY_ASSIGN(const Term to, real_term(field, high, Comparison::kIs));
      term.real_high = to.real_high;
    }
  } else {
    if (!unbounded(low)) {
      TRY_ASSIGN(const TimeSpan from, whole_values(field, low, now));
      term.low = low_open ? from.high : from.low;
    }
    if (!unbounded(high)) {
      TRY_ASSIGN(const TimeSpan to, whole_values(field, high, now));
      term.high = high_open ? to.low : to.high;
    }
  }
  return term;
}

}  // namespace picket::search
