// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/modifier.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <optional>

#include "base/ascii.h"
#include "detect/sigma/dashes.h"
#include "detect/sigma/encoding.h"
#include "detect/sigma/fold.h"
#include "detect/sigma/regex.h"

namespace picket::detect::sigma {
namespace {

using Kind = Predicate::Kind;
using Op = Expression::Op;

// What a chain of modifiers has made of the item so far.
struct Item {
  const Placeholders& placeholders;
  Predicate base;                      // what all values share: kind, field, case, comparison
  std::vector<TextPattern> spellings;  // of the value at hand
  std::string raw;                     // the same, as written
  std::string flags;                   // of the regular expression
  bool all = false;
  bool differs = false;
  bool open_start = false;
  bool open_end = false;
};

using Step = Result<void> (*)(Item&);

// ---- modifiers that rewrite the value

Result<void> encode(Item& item,
                    const std::function<void(std::string_view, std::vector<TextPattern>&)>& add) {
  std::vector<TextPattern> encoded;
  for (const TextPattern& spelling : item.spellings) {
    if (spelling.has_wildcards()) return failure("a value with wildcards cannot be encoded");
    add(spelling.plain(), encoded);
  }
  item.spellings = std::move(encoded);
  return {};
}

Result<void> encode_utf16(Item& item, Utf16 form) {
  return encode(item, [form](std::string_view text, std::vector<TextPattern>& out) {
    out.push_back(TextPattern::literal(utf16(text, form)));
  });
}

Result<void> encode_base64(Item& item) {
  return encode(item, [](std::string_view text, std::vector<TextPattern>& out) {
    out.push_back(TextPattern::literal(base64(text)));
  });
}

Result<void> encode_base64_offsets(Item& item) {
  return encode(item, [](std::string_view text, std::vector<TextPattern>& out) {
    for (const std::string& form : base64_offsets(text)) {
      if (!form.empty()) out.push_back(TextPattern::literal(form));
    }
  });
}

Result<void> vary_dashes(Item& item) {
  std::vector<TextPattern> varied;
  for (const TextPattern& spelling : item.spellings) {
    std::vector<TextPattern> partial = {spelling};
    for (size_t i = 0; i < spelling.tokens().size(); ++i) {
      if (spelling.tokens()[i].wild != TextPattern::Wild::kNone) continue;
      TRY_ASSIGN(std::vector<std::string> texts, dash_spellings(spelling.tokens()[i].text));
      if (texts.size() * partial.size() > kSpellingsMax)
        return failure("windash: too many dashes in one value");
      std::vector<TextPattern> more;
      for (const TextPattern& pattern : partial) {
        for (const std::string& text : texts) {
          more.push_back(pattern);
          more.back().tokens()[i].text = text;
        }
      }
      partial = std::move(more);
    }
    std::ranges::move(partial, std::back_inserter(varied));
  }
  item.spellings = std::move(varied);
  return {};
}

// `%name%` in `text` replaced by each of its values, repeatedly; text without any is left alone.
Result<std::vector<std::string>> expanded(const std::string& text,
                                          const Placeholders& placeholders) {
  size_t open = text.find('%');
  size_t close = open == std::string::npos ? open : text.find('%', open + 1);
  if (close == std::string::npos || close == open + 1) return std::vector{text};
  std::string name = text.substr(open + 1, close - open - 1);
  const std::vector<std::string>* values = placeholders.find(name);
  if (values == nullptr || values->empty()) {
    return failure("the placeholder %" + name + "% has no values: give them in a placeholder file");
  }
  TRY_ASSIGN(std::vector<std::string> tails, expanded(text.substr(close + 1), placeholders));
  if (tails.size() * values->size() > kSpellingsMax)
    return failure("the placeholder %" + name + "% has too many values");
  std::vector<std::string> texts;
  for (const std::string& value : *values) {
    for (const std::string& tail : tails) texts.push_back(text.substr(0, open) + value + tail);
  }
  return texts;
}

Result<void> expand(Item& item) {
  TRY_ASSIGN(std::vector<std::string> texts, expanded(item.raw, item.placeholders));
  item.spellings.clear();
  for (const std::string& text : texts) item.spellings.push_back(TextPattern::parse(text));
  return {};
}

// ---- modifiers that say how to compare
// ------------------------------------------------------------

template <bool kStart, bool kEnd>
Result<void> open(Item& item) {
  item.open_start |= kStart;
  item.open_end |= kEnd;
  return {};
}

template <Kind kKind>
Result<void> become(Item& item) {
  if (item.base.kind != Kind::kText)
    return failure("this modifier does not go with the one before it");
  item.base.kind = kKind;
  return {};
}

template <Compare kCompare>
Result<void> compare(Item& item) {
  item.base.kind = Kind::kNumber;
  item.base.compare = kCompare;
  return {};
}

template <DatePart kPart>
Result<void> date_part(Item& item) {
  item.base.kind = Kind::kNumber;
  item.base.part = kPart;
  return {};
}

template <char kFlag>
Result<void> flag(Item& item) {
  if (item.base.kind != Kind::kRegex) return failure("`i`, `m` and `s` go with `re` only");
  item.flags += kFlag;
  return {};
}

struct Modifier {
  std::string_view name;
  Step step;
};

constexpr auto kModifiers = std::to_array<Modifier>({
    {"contains", &open<true, true>},
    {"startswith", &open<false, true>},
    {"endswith", &open<true, false>},
    {"all",
     [](Item& item) -> Result<void> {
       item.all = true;
       return {};
     }},
    {"neq",
     [](Item& item) -> Result<void> {
       item.differs = true;
       return {};
     }},
    {"cased",
     [](Item& item) -> Result<void> {
       item.base.cased = true;
       return {};
     }},
    {"exists", &become<Kind::kExists>},
    {"re", &become<Kind::kRegex>},
    {"i", &flag<'i'>},
    {"m", &flag<'m'>},
    {"s", &flag<'s'>},
    {"cidr", &become<Kind::kCidr>},
    {"fieldref", &become<Kind::kFieldRef>},
    {"windash", &vary_dashes},
    {"expand", &expand},
    {"base64", &encode_base64},
    {"base64offset", &encode_base64_offsets},
    {"wide", [](Item& item) { return encode_utf16(item, Utf16::kLittle); }},
    {"utf16le", [](Item& item) { return encode_utf16(item, Utf16::kLittle); }},
    {"utf16be", [](Item& item) { return encode_utf16(item, Utf16::kBig); }},
    {"utf16", [](Item& item) { return encode_utf16(item, Utf16::kMarked); }},
    {"lt", &compare<Compare::kLess>},
    {"lte", &compare<Compare::kLessOrEqual>},
    {"gt", &compare<Compare::kGreater>},
    {"gte", &compare<Compare::kGreaterOrEqual>},
    {"minute", &date_part<DatePart::kMinute>},
    {"hour", &date_part<DatePart::kHour>},
    {"day", &date_part<DatePart::kDay>},
    {"week", &date_part<DatePart::kWeek>},
    {"month", &date_part<DatePart::kMonth>},
    {"year", &date_part<DatePart::kYear>},
});

// ---- values
// ---------------------------------------------------------------------------------------

std::optional<double> number_of(std::string_view text) {
  double number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// YAML's other spelling of an integer; a record writes it in decimal or as the rule does.
std::optional<std::string> decimal_of_hex(const YamlNode& value) {
  if (value.quoted || !value.text.starts_with("0x")) return std::nullopt;
  uint64_t number = 0;
  const char* end = value.text.data() + value.text.size();
  auto [at, error] = std::from_chars(value.text.data() + 2, end, number, 16);
  if (error != std::errc() || at != end) return std::nullopt;
  return std::to_string(number);
}

Result<bool> truth_of(const YamlNode& value) {
  for (std::string_view word : {"true", "yes", "on", "1"}) {
    if (same_ignoring_case(value.text, word)) return true;
  }
  for (std::string_view word : {"false", "no", "off", "0"}) {
    if (same_ignoring_case(value.text, word)) return false;
  }
  return failure("`exists` wants true or false");
}

Result<Predicate> finished(const Item& item, const YamlNode& value) {
  Predicate predicate = item.base;
  switch (predicate.kind) {
    case Kind::kRegex: {
      predicate.regex = (item.flags.empty() ? "" : "(?" + item.flags + ")") + value.text;
      TRY(compile_regex(predicate.regex));
      break;
    }
    case Kind::kCidr: {
      auto prefix = Prefix::parse(value.text);
      if (!prefix) return failure("`" + value.text + "` is no address block");
      predicate.prefix = *prefix;
      break;
    }
    case Kind::kNumber: {
      auto number = number_of(value.text);
      if (!number) return failure("`" + value.text + "` is no number");
      predicate.number = *number;
      break;
    }
    case Kind::kExists: {
      TRY_ASSIGN(predicate.want, truth_of(value));
      break;
    }
    case Kind::kFieldRef:
      if (value.text.empty()) return failure("`fieldref` names no field");
      predicate.other = value.text;
      predicate.other_starts = item.open_end;
      predicate.other_ends = item.open_start;
      break;
    default: break;
  }
  return predicate;
}

Result<void> add_spellings(const Item& item, std::vector<Predicate>& predicates, Expression& into) {
  for (const TextPattern& spelling : item.spellings) {
    Predicate predicate = item.base;
    predicate.text = spelling;
    // Keywords are looked for anywhere in the message ("Lists" in the specification).
    if (item.open_start || predicate.field.empty()) predicate.text.open_start();
    if (item.open_end || predicate.field.empty()) predicate.text.open_end();
    if (predicate.text.tokens().size() > TextPattern::kPatternTokensMax)
      return failure("too many wildcards in one value");
    if (!predicate.cased) predicate.text.fold();
    if (predicates.size() >= kPredicatesMax)
      return failure("more than " + std::to_string(kPredicatesMax) + " values in one rule");
    into.children.push_back({Op::kPredicate, static_cast<uint32_t>(predicates.size()), {}});
    predicates.push_back(std::move(predicate));
  }
  return {};
}

Result<Expression> read_value(const Item& start, std::span<const Modifier* const> chain,
                              const YamlNode& value, std::vector<Predicate>& predicates) {
  Item item = start;
  if (value.is_list() || value.is_map())
    return failure("a list or map stands where a value is expected");
  item.raw = value.text;
  item.spellings = {TextPattern::parse(value.text)};
  if (auto decimal = decimal_of_hex(value))
    item.spellings.push_back(TextPattern::literal(*decimal));
  for (const Modifier* modifier : chain) TRY(modifier->step(item));
  Expression either{Op::kOr, 0, {}};
  if (value.is_null()) {
    item.base.kind = Kind::kNull;
  } else if (item.base.kind == Kind::kText) {
    TRY(add_spellings(item, predicates, either));
    if (either.children.size() == 1) return std::move(either.children.front());
    return either;
  }
  if (item.base.field.empty() && item.base.kind != Kind::kRegex && item.base.kind != Kind::kCidr) {
    return failure("a keyword can be text, a regular expression or an address block only");
  }
  TRY_ASSIGN(Predicate predicate, finished(item, value));
  predicates.push_back(std::move(predicate));
  return Expression{Op::kPredicate, static_cast<uint32_t>(predicates.size() - 1), {}};
}

}  // namespace

std::vector<std::string_view> modifier_names() {
  std::vector<std::string_view> names;
  for (const Modifier& modifier : kModifiers) names.push_back(modifier.name);
  return names;
}

Result<Expression> read_detection_item(std::string_view key, const YamlNode& value,
                                       const Placeholders& placeholders,
                                       std::vector<Predicate>& predicates) {
  size_t bar = key.find('|');
  Item start{placeholders, {}, {}, {}, {}, false, false, false, false};
  start.base.field = std::string(key.substr(0, bar));
  std::vector<const Modifier*> chain;
  while (bar != std::string_view::npos) {
    size_t next = key.find('|', bar + 1);
    std::string_view name =
        key.substr(bar + 1, next == std::string_view::npos ? next : next - bar - 1);
    auto found = std::ranges::find(kModifiers, name, &Modifier::name);
    if (found == kModifiers.end()) return failure("unknown modifier `" + std::string(name) + "`");
    chain.push_back(found);
    bar = next;
  }
  auto chained = [&](std::string_view name) {
    return std::ranges::any_of(chain,
                               [name](const Modifier* modifier) { return modifier->name == name; });
  };
  Expression joined{chained("all") ? Op::kAnd : Op::kOr, 0, {}};
  std::span<const YamlNode> values(&value, 1);
  if (value.is_list()) values = value.items;
  if (values.empty()) return failure("`" + std::string(key) + "` has no values");
  for (const YamlNode& one : values) {
    auto expression = read_value(start, chain, one, predicates);
    if (!expression) return failure("`" + std::string(key) + "`: " + expression.error().message);
    joined.children.push_back(std::move(*expression));
  }
  if (joined.children.size() == 1) joined = Expression(std::move(joined.children.front()));
  if (!chained("neq")) return joined;
  Expression differs{Op::kNot, 0, {}};
  differs.children.push_back(std::move(joined));
  return differs;
}

}  // namespace picket::detect::sigma
