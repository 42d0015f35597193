// SPDX-License-Identifier: Apache-2.0
// Keywords about lengths and what a buffer is made of: isdataat, bsize, dsize, urilen, entropy.
#include <algorithm>
#include <array>
#include <cmath>

#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/number_condition.h"
#include "detect/suricata/text.h"

namespace picket::detect::suricata::keyword {
namespace {

class IsDataAtCheck final : public BufferCheck {
 public:
  IsDataAtCheck(Amount place, bool from_match, bool negated)
      : BufferCheck(Kind::kOnce), place_(place), negated_(negated) {
    relative = from_match;
  }
  bool matches(BufferWalk& walk) const override {
    int64_t place = place_.get(walk.scope), size = static_cast<int64_t>(walk.bytes.size());
    bool there = relative ? walk.cursor + place <= size : place < size;
    return there != negated_;
  }

 private:
  Amount place_;
  bool negated_;
};

Result<void> parse_isdataat(RuleBuilder& rule, const RuleOption& option) {
  std::string_view text = option.value;
  bool negated = !text.empty() && text[0] == '!';
  if (negated) text.remove_prefix(1);
  auto words = split(text, ',');
  TRY_ASSIGN(Amount place, rule.amount(words[0]));
  bool relative = false;
  for (size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "relative")
      relative = true;
    else if (words[i] != "rawbytes")
      return failure("expected relative or rawbytes, found \"" + std::string(words[i]) + "\"");
  }
  rule.add(rule.arena().make<IsDataAtCheck>(place, relative, negated));
  return {};
}

// The length of the whole buffer; known once it has ended.
class SizeCheck final : public BufferCheck {
 public:
  explicit SizeCheck(NumberCondition test) : BufferCheck(Kind::kOnce), test_(test) {}
  bool matches(BufferWalk& walk) const override {
    return walk.ends_here && test_.matches(static_cast<int64_t>(walk.base + walk.bytes.size()));
  }

 private:
  NumberCondition test_;
};

Result<void> parse_bsize(RuleBuilder& rule, const RuleOption& option) {
  TRY_ASSIGN(NumberCondition test, NumberCondition::parse(option.value));
  if (rule.on_payload()) return failure("bsize needs a sticky buffer before it");
  rule.add(rule.arena().make<SizeCheck>(test));
  return {};
}

Result<void> parse_urilen(RuleBuilder& rule, const RuleOption& option) {
  size_t comma = option.value.find(',');
  std::string_view form =
      comma == std::string_view::npos ? "raw" : trimmed(option.value.substr(comma + 1));
  if (form != "raw" && form != "norm")
    return failure("expected raw or norm, found \"" + std::string(form) + "\"");
  TRY_ASSIGN(NumberCondition test, NumberCondition::parse(option.value.substr(0, comma)));
  auto buffer = inspect::find_buffer(form == "raw" ? "http.uri.raw" : "http.uri");
  if (!buffer) return failure("buffer \"http.uri\" is not known to any protocol here");
  TRY(rule.require_app(inspect::AppProtocol::kHttp));
  rule.add_to({BufferSlot::Source::kTransaction, 0, *buffer}, rule.arena().make<SizeCheck>(test));
  return {};
}

// Packets without payload have a size for "fewer than" and "0" only: !9 means some other payload.
class PayloadSizeCheck final : public PacketCheck {
 public:
  explicit PayloadSizeCheck(NumberCondition test)
      : test_(test),
        empty_counts_(test.is_upper_bound() || (test.is_equality() && test.first() == 0)) {}
  bool matches(MatchScope& scope) const override {
    const Bytes payload = scope.packet().payload;
    return scope.packet().carrier != packet::Carrier::kStreamEnd &&
           (empty_counts_ || !payload.empty()) &&
           test_.matches(static_cast<int64_t>(payload.size()));
  }

 private:
  NumberCondition test_;
  bool empty_counts_;
};

Result<void> parse_dsize(RuleBuilder& rule, const RuleOption& option) {
  TRY_ASSIGN(NumberCondition test, NumberCondition::parse(option.value));
  rule.add_packet_check(rule.arena().make<PayloadSizeCheck>(test), true);
  return {};
}

// entropy: Shannon's, in bits a byte (0 to 8), of (a part of) the buffer.
class EntropyCheck final : public BufferCheck {
 public:
  enum class Compare : uint8_t {
    kEqual,
    kUnequal,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kWithin,
    kOutside
  };
  EntropyCheck(Compare compare, double a, double b)
      : BufferCheck(Kind::kOnce), compare_(compare), a_(a), b_(b) {}
  uint32_t bytes = 0, offset = 0;

  bool matches(BufferWalk& walk) const override {
    if (offset > walk.bytes.size()) return false;
    Bytes part = walk.bytes.subspan(offset);
    if (bytes != 0) part = part.first(std::min<size_t>(bytes, part.size()));
    double value = entropy(part);
    if (!holds(value)) return false;
    auto& noted = walk.scope.entropies;
    std::erase_if(noted, [&](const auto& note) { return note.first == walk.name; });
    if (noted.size() < MatchScope::kNotesMax) noted.emplace_back(walk.name, value);
    return true;
  }
  bool holds(double value) const {
    switch (compare_) {
      case Compare::kEqual: return std::abs(value - a_) < 1e-9;
      case Compare::kUnequal: return std::abs(value - a_) >= 1e-9;
      case Compare::kLess: return value < a_;
      case Compare::kLessOrEqual: return value <= a_;
      case Compare::kGreater: return value > a_;
      case Compare::kGreaterOrEqual: return value >= a_;
      case Compare::kWithin: return value > a_ && value < b_;
      case Compare::kOutside: return value <= a_ || value >= b_;
    }
    return false;
  }
  static double entropy(Bytes bytes) {
    if (bytes.empty()) return 0;
    std::array<size_t, 256> counts{};
    for (uint8_t byte : bytes) ++counts[byte];
    double sum = 0, size = static_cast<double>(bytes.size());
    for (size_t count : counts)
      if (count != 0)
        sum -= static_cast<double>(count) / size * std::log2(static_cast<double>(count) / size);
    return sum;
  }

 private:
  Compare compare_;
  double a_, b_;
};

std::optional<double> read_decimal(std::string_view text) {
  text = trimmed(text);
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<EntropyCheck*> read_entropy_value(RuleBuilder& rule, std::string_view text) {
  using Compare = EntropyCheck::Compare;
  constexpr std::pair<std::string_view, Compare> kSigns[] = {
      {">=", Compare::kGreaterOrEqual}, {"<=", Compare::kLessOrEqual}, {"!=", Compare::kUnequal},
      {">", Compare::kGreater},         {"<", Compare::kLess},         {"=", Compare::kEqual}};
  for (auto& [sign, compare] : kSigns)
    if (text.starts_with(sign))
      if (auto value = read_decimal(text.substr(sign.size())))
        return rule.arena().make<EntropyCheck>(compare, *value, 0.0);
  bool outside = text.starts_with("!");
  std::string_view rest = outside ? text.substr(1) : text;
  if (size_t dash = rest.find('-'); dash != std::string_view::npos) {
    auto a = read_decimal(rest.substr(0, dash)), b = read_decimal(rest.substr(dash + 1));
    if (a && b)
      return rule.arena().make<EntropyCheck>(outside ? Compare::kOutside : Compare::kWithin, *a,
                                             *b);
  }
  if (auto value = read_decimal(rest))
    return rule.arena().make<EntropyCheck>(outside ? Compare::kUnequal : Compare::kEqual, *value,
                                           0.0);
  return failure("expected a comparison such as >= 4.5, found \"" + std::string(text) + "\"");
}

Result<void> parse_entropy(RuleBuilder& rule, const RuleOption& option) {
  EntropyCheck* check = nullptr;
  uint32_t bytes = 0, offset = 0;
  for (std::string_view word : split(option.value, ',')) {
    auto number = [&](size_t skip) { return parse_number<uint32_t>(word.substr(skip)); };
    if (word.starts_with("value")) {
      TRY_ASSIGN(check, read_entropy_value(rule, trimmed(word.substr(5))));
    } else if (word.starts_with("bytes") && number(5)) {
      bytes = *number(5);
    } else if (word.starts_with("offset") && number(6)) {
      offset = *number(6);
    } else {
      return failure("expected value, bytes or offset, found \"" + std::string(word) + "\"");
    }
  }
  if (check == nullptr) return failure("expected value");
  check->bytes = bytes;
  check->offset = offset;
  rule.add(check);
  return {};
}

constexpr Keyword kKeywords[] = {
    {"isdataat", "", State::kFull, "There are (with !, are not) bytes at this place.",
     "isdataat:!1,relative;", "", parse_isdataat},
    {"bsize", "", State::kFull, "The length of the sticky buffer.", "bsize:10<>20;", "",
     parse_bsize},
    {"dsize", "", State::kFull, "The length of the packet's payload.", "dsize:>100;", "",
     parse_dsize},
    {"urilen", "", State::kFull,
     "The length of the request's URI, as sent (raw) or normalised (norm).", "urilen:<64,norm;", "",
     parse_urilen},
    {"entropy", "", State::kFull, "The entropy of the buffer, bits a byte.", "entropy: value >= 5;",
     "", parse_entropy},
};

}  // namespace

Keywords misc_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
