// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/number_condition.h"

#include <optional>

#include "base/ascii.h"
#include "detect/suricata/text.h"

namespace picket::detect::suricata {
namespace {

std::optional<int64_t> read_number(std::string_view text, std::span<const NamedNumber> names) {
  text = trimmed(text);
  for (const NamedNumber& named : names)
    if (same_ignoring_case(named.name, text)) return named.value;
  if (auto number = parse_number<int64_t>(text)) return number;
  if (auto number = parse_number<uint64_t>(text)) return static_cast<int64_t>(*number);
  if (auto size = parse_size(text)) return static_cast<int64_t>(*size);
  return std::nullopt;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text = trimmed(text.substr(prefix.size()));
  return true;
}

}  // namespace

Result<NumberCondition> NumberCondition::parse(std::string_view text,
                                               std::span<const NamedNumber> names) {
  std::string_view whole = trimmed(text);
  text = whole;
  auto wrong = [&] {
    return failure("expected a number or comparison, found \"" + std::string(whole) + "\"");
  };
  auto single = [&](Mode mode) -> Result<NumberCondition> {
    auto number = read_number(text, names);
    if (!number) return wrong();
    return NumberCondition(mode, *number, 0);
  };
  if (take(text, ">=")) return single(Mode::kGreaterOrEqual);
  if (take(text, "<=")) return single(Mode::kLessOrEqual);
  if (take(text, ">")) return single(Mode::kGreater);
  if (text.starts_with("<") && !text.starts_with("<>")) {
    take(text, "<");
    return single(Mode::kLess);
  }
  bool negated = take(text, "!");
  if (text.starts_with("&")) {
    take(text, "&");
    size_t sign = text.find('=');
    if (sign == std::string_view::npos || sign == 0) return wrong();
    bool unequal = text[sign - 1] == '!';
    auto mask = read_number(text.substr(0, unequal ? sign - 1 : sign), names);
    auto value = read_number(text.substr(sign + 1), names);
    if (!mask || !value) return wrong();
    return NumberCondition(unequal != negated ? Mode::kNotMask : Mode::kMask, *mask, *value);
  }
  take(text, "=");
  size_t range = text.find("<>"), width = 2;
  if (range == std::string_view::npos) {
    range = text.find('-', 1);
    width = 1;
  }
  if (range != std::string_view::npos && !read_number(text, names)) {
    auto from = read_number(text.substr(0, range), names),
         to = read_number(text.substr(range + width), names);
    if (!from || !to) return wrong();
    if (*to <= *from || *to - *from < 2)
      return failure("the range \"" + std::string(whole) +
                     "\" holds nothing (its ends do not belong to it)");
    return NumberCondition(negated ? Mode::kOutside : Mode::kWithin, *from, *to);
  }
  return single(negated ? Mode::kUnequal : Mode::kEqual);
}

bool NumberCondition::matches(int64_t value) const {
  switch (mode_) {
    case Mode::kEqual: return value == a_;
    case Mode::kUnequal: return value != a_;
    case Mode::kLess: return value < a_;
    case Mode::kLessOrEqual: return value <= a_;
    case Mode::kGreater: return value > a_;
    case Mode::kGreaterOrEqual: return value >= a_;
    case Mode::kWithin: return value > a_ && value < b_;
    case Mode::kOutside: return value <= a_ || value >= b_;
    case Mode::kMask: return (value & a_) == b_;
    case Mode::kNotMask: return (value & a_) != b_;
  }
  return false;
}

bool NumberCondition::stays_below(int64_t limit) const {
  switch (mode_) {
    case Mode::kEqual:
    case Mode::kLessOrEqual: return a_ < limit;
    case Mode::kLess: return a_ <= limit;
    case Mode::kWithin: return b_ <= limit;
    default: return false;
  }
}

}  // namespace picket::detect::suricata
