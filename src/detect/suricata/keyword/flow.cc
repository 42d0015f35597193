// SPDX-License-Identifier: Apache-2.0
// flow, flowbits, flowint: the state of the conversation and what rules noted on it.
#include "detect/suricata/flow_memo.h"
#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/text.h"

namespace picket::detect::suricata::keyword {
namespace {

Result<void> parse_flow(RuleBuilder& rule, const RuleOption& option) {
  for (std::string_view word : split(option.value, ',')) {
    uint32_t& flags = rule.rule().flags;
    rule.asks_flow_state |= !word.starts_with("to") && !word.starts_with("from");
    if (word == "to_server" || word == "toserver" || word == "from_client" || word == "fromclient")
      rule.flow_direction = inspect::Direction::kToServer;
    else if (word == "to_client" || word == "toclient" || word == "from_server" ||
             word == "fromserver")
      rule.flow_direction = inspect::Direction::kToClient;
    else if (word == "established")
      flags |= kEstablished;
    else if (word == "not_established")
      flags |= kNotEstablished;
    else if (word == "stateless")
      flags |= kStateless;
    else if (word == "only_stream" || word == "onlystream")
      flags |= kOnlyStream;
    else if (word == "no_stream" || word == "nostream")
      flags |= kNoStream;
    else if (word == "only_frag" || word == "no_frag")
      return failure("refused: " + std::string(word) +
                     " asks about packets before defragmentation");
    else
      return failure(
          "expected to_server, to_client, established, not_established, stateless, only_stream or "
          "no_stream, found \"" +
          std::string(word) + "\"");
  }
  rule.rule().flags |= kNeedsFlow;
  rule.has_flow_keyword = true;
  if (rule.rule().has(kEstablished) && rule.rule().has(kNotEstablished))
    return failure("a flow is established or not, not both");
  if (rule.rule().has(kOnlyStream)) rule.require_stream();
  return {};
}

// Any of these bits is set (with `wanted`), or none is.
class FlowbitCheck final : public PacketCheck {
 public:
  FlowbitCheck(std::span<const uint32_t> bits, bool wanted) : bits_(bits), wanted_(wanted) {}
  bool matches(MatchScope& scope) const override {
    for (uint32_t bit : bits_)
      if (scope.flow_memo != nullptr && scope.flow_memo->bit(bit)) return wanted_;
    return !wanted_;
  }

 private:
  std::span<const uint32_t> bits_;
  bool wanted_;
};

enum class BitChange : uint8_t { kSet, kUnset, kToggle };

class FlowbitEffect final : public MatchEffect {
 public:
  FlowbitEffect(uint32_t bit, BitChange change) : bit_(bit), change_(change) {}
  void apply(MatchScope& scope) const override {
    if (scope.flow_memo == nullptr) return;
    bool set = change_ == BitChange::kSet ||
               (change_ == BitChange::kToggle && !scope.flow_memo->bit(bit_));
    if (set)
      scope.flow_memo->set_bit(bit_);
    else
      scope.flow_memo->clear_bit(bit_);
  }

 private:
  uint32_t bit_;
  BitChange change_;
};

Result<void> parse_flowbits(RuleBuilder& rule, const RuleOption& option) {
  size_t comma = option.value.find(',');
  std::string_view command = trimmed(option.value.substr(0, comma));
  std::string_view names = comma == std::string_view::npos
                               ? std::string_view()
                               : trimmed(option.value.substr(comma + 1));
  if (command == "noalert") {
    if (!names.empty()) return failure("flowbits:noalert takes no name");
    rule.rule().flags |= kNoAlert;
    return {};
  }
  if (names.empty()) return failure("expected a name after flowbits:" + std::string(command));
  std::vector<uint32_t> bits;
  for (std::string_view name : split(names, '|')) {
    if (name.empty() || name.find_first_of(" \t") != std::string_view::npos)
      return failure("expected a name without spaces, found \"" + std::string(name) + "\"");
    bits.push_back(rule.set().flowbits.number(name));
  }
  rule.rule().flags |= kNeedsFlow;
  if (command == "isset" || command == "isnotset") {
    rule.add_packet_check(rule.arena().make<FlowbitCheck>(
        std::span<const uint32_t>(rule.arena().copy(bits)), command == "isset"));
    rule.flowbits_rank |= 1;
    return {};
  }
  if (bits.size() > 1) return failure("only isset and isnotset take several names");
  BitChange change = command == "set"     ? BitChange::kSet
                     : command == "unset" ? BitChange::kUnset
                                          : BitChange::kToggle;
  if (command != "set" && command != "unset" && command != "toggle")
    return failure("expected set, unset, toggle, isset, isnotset or noalert, found \"" +
                   std::string(command) + "\"");
  rule.add_effect(rule.arena().make<FlowbitEffect>(bits[0], change));
  rule.flowbits_rank |= 2;
  return {};
}

class FlowintCheck final : public PacketCheck {
 public:
  enum class Compare : uint8_t {
    kEqual,
    kUnequal,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kIsSet,
    kIsNotSet
  };
  FlowintCheck(uint32_t name, Compare compare, uint32_t value, std::optional<uint32_t> other)
      : name_(name), compare_(compare), value_(value), other_(other) {}
  bool matches(MatchScope& scope) const override {
    const uint32_t* mine = scope.flow_memo == nullptr ? nullptr : scope.flow_memo->number(name_);
    if (compare_ == Compare::kIsSet) return mine != nullptr;
    if (compare_ == Compare::kIsNotSet) return mine == nullptr;
    if (mine == nullptr) return false;
    uint32_t with = value_;
    if (other_) {
      const uint32_t* found = scope.flow_memo->number(*other_);
      if (found == nullptr) return false;
      with = *found;
    }
    switch (compare_) {
      case Compare::kEqual: return *mine == with;
      case Compare::kUnequal: return *mine != with;
      case Compare::kLess: return *mine < with;
      case Compare::kLessOrEqual: return *mine <= with;
      case Compare::kGreater: return *mine > with;
      case Compare::kGreaterOrEqual: return *mine >= with;
      default: return false;
    }
  }

 private:
  uint32_t name_;
  Compare compare_;
  uint32_t value_;
  std::optional<uint32_t> other_;
};

class FlowintEffect final : public MatchEffect {
 public:
  FlowintEffect(uint32_t name, char operation, uint32_t value, std::optional<uint32_t> other)
      : name_(name), operation_(operation), value_(value), other_(other) {}
  void apply(MatchScope& scope) const override {
    if (scope.flow_memo == nullptr) return;
    const uint32_t* mine = scope.flow_memo->number(name_);
    uint32_t with = value_;
    if (other_) {
      const uint32_t* found = scope.flow_memo->number(*other_);
      if (found == nullptr) return;
      with = *found;
    }
    uint32_t now = mine == nullptr ? 0 : *mine;
    if (operation_ == '+') with = now + with;
    if (operation_ == '-') with = now - with;
    scope.flow_memo->set_number(name_, with);
  }

 private:
  uint32_t name_;
  char operation_;
  uint32_t value_;
  std::optional<uint32_t> other_;
};

Result<void> parse_flowint(RuleBuilder& rule, const RuleOption& option) {
  auto words = split(option.value, ',');
  if (words.size() < 2 || words[0].empty()) return failure("expected name, operation");
  uint32_t name = rule.set().flowints.number(words[0]);
  using Compare = FlowintCheck::Compare;
  rule.rule().flags |= kNeedsFlow;
  std::string_view operation = words[1];
  if (operation == "isset" || operation == "isnotset" || operation == "notset") {
    rule.add_packet_check(rule.arena().make<FlowintCheck>(
        name, operation == "isset" ? Compare::kIsSet : Compare::kIsNotSet, 0u, std::nullopt));
    return {};
  }
  if (words.size() < 3) return failure("expected a value after " + std::string(operation));
  auto value = parse_number<uint32_t>(words[2]);
  std::optional<uint32_t> other;
  if (!value) other = rule.set().flowints.number(words[2]);
  if (operation == "=" || operation == "+" || operation == "-") {
    rule.add_effect(rule.arena().make<FlowintEffect>(name, operation[0], value.value_or(0), other));
    return {};
  }
  constexpr std::pair<std::string_view, Compare> kSigns[] = {
      {"==", Compare::kEqual},       {"!=", Compare::kUnequal}, {"<", Compare::kLess},
      {"<=", Compare::kLessOrEqual}, {">", Compare::kGreater},  {">=", Compare::kGreaterOrEqual}};
  for (auto& [sign, compare] : kSigns)
    if (sign == operation) {
      rule.add_packet_check(
          rule.arena().make<FlowintCheck>(name, compare, value.value_or(0), other));
      return {};
    }
  return failure("expected one of = + - == != < <= > >= isset isnotset, found \"" +
                 std::string(operation) + "\"");
}

constexpr Keyword kKeywords[] = {
    {"flow", "", State::kFull, "Direction and state of the flow.", "flow:established,to_server;",
     "", parse_flow},
    {"flowbits", "", State::kFull, "Bits that rules set on a flow, and ask for.",
     "flowbits:isset,seen.login;", "", parse_flowbits},
    {"flowint", "", State::kFull, "Numbers that rules keep on a flow.", "flowint:tries,+,1;", "",
     parse_flowint},
};

}  // namespace

Keywords flow_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
