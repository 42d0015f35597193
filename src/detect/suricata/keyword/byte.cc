// SPDX-License-Identifier: Apache-2.0
// byte_test, byte_jump, byte_extract, byte_math: numbers inside the buffer.
#include <algorithm>

#include "detect/suricata/keyword/byte_field.h"
#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/text.h"

namespace picket::detect::suricata::keyword {
namespace {

enum class Compare : uint8_t { kEqual, kLess, kGreater, kLessOrEqual, kGreaterOrEqual, kAnd, kOr };

class ByteTestCheck final : public BufferCheck {
 public:
  explicit ByteTestCheck(const ByteField& field) : BufferCheck(Kind::kOnce), field_(field) {
    relative = field.relative;
  }
  Compare compare = Compare::kEqual;
  bool negated = false;
  uint64_t value = 0;
  uint8_t variable = Amount::kNoVariable;

  bool matches(BufferWalk& walk) const override {
    auto read = field_.read(walk);
    if (!read) return false;
    uint64_t with = variable == Amount::kNoVariable ? value : walk.scope.variables[variable];
    return holds(read->number, with) != negated;
  }

 private:
  bool holds(uint64_t number, uint64_t with) const {
    switch (compare) {
      case Compare::kEqual: return number == with;
      case Compare::kLess: return number < with;
      case Compare::kGreater: return number > with;
      case Compare::kLessOrEqual: return number <= with;
      case Compare::kGreaterOrEqual: return number >= with;
      case Compare::kAnd: return (number & with) != 0;
      case Compare::kOr: return (number ^ with) != 0;
    }
    return false;
  }
  ByteField field_;
};

class ByteJumpCheck final : public BufferCheck {
 public:
  explicit ByteJumpCheck(const ByteField& field) : BufferCheck(Kind::kOnce), field_(field) {
    relative = field.relative;
  }
  enum class From : uint8_t { kHere, kBeginning, kEnd };
  From from = From::kHere;
  bool align = false;
  uint32_t multiplier = 1;
  Amount post_offset;

  bool matches(BufferWalk& walk) const override {
    int64_t number = 0, behind = walk.cursor;
    if (field_.bytes.get(walk.scope) == 0) {  // 0 bytes: jump by the rest alone
      behind = field_.offset.get(walk.scope) + (field_.relative ? walk.cursor : 0);
    } else {
      auto read = field_.read(walk);
      if (!read) return false;
      number = static_cast<int64_t>(read->number);
      behind = static_cast<int64_t>(read->to);
    }
    if (number < 0 || number > INT32_MAX) return false;
    number *= multiplier;
    if (align && number % 4 != 0) number += 4 - number % 4;
    number += post_offset.get(walk.scope);
    int64_t size = static_cast<int64_t>(walk.bytes.size());
    int64_t to = number + (from == From::kBeginning ? 0 : from == From::kEnd ? size : behind);
    if (to >= size) return false;
    walk.cursor = static_cast<uint32_t>(std::max<int64_t>(to, 0));  // not before the begin
    return true;
  }

 private:
  ByteField field_;
};

class ByteExtractCheck final : public BufferCheck {
 public:
  ByteExtractCheck(const ByteField& field, uint8_t variable)
      : BufferCheck(Kind::kOnce), field_(field), variable_(variable) {
    relative = field.relative;
  }
  uint32_t multiplier = 1, align = 0;

  bool matches(BufferWalk& walk) const override {
    auto read = field_.read(walk);
    if (!read) return false;
    uint64_t number = read->number * multiplier;
    if (align != 0 && number % align != 0) number += align - number % align;
    walk.scope.variables[variable_] = number;
    walk.cursor = static_cast<uint32_t>(read->to);
    return true;
  }

 private:
  ByteField field_;
  uint8_t variable_;
};

enum class Operation : uint8_t { kAdd, kSubtract, kMultiply, kDivide, kLeft, kRight };

class ByteMathCheck final : public BufferCheck {
 public:
  ByteMathCheck(const ByteField& field, Operation operation, Amount right, uint8_t result)
      : BufferCheck(Kind::kOnce),
        field_(field),
        operation_(operation),
        right_(right),
        result_(result) {
    relative = field.relative;
  }

  bool matches(BufferWalk& walk) const override {
    auto read = field_.read(walk);
    if (!read) return false;
    uint64_t left = read->number;
    uint64_t right = right_.variable == Amount::kNoVariable ? static_cast<uint32_t>(right_.value)
                                                            : walk.scope.variables[right_.variable];
    switch (operation_) {
      case Operation::kAdd: left += right; break;
      case Operation::kSubtract: left -= right; break;
      case Operation::kMultiply: left *= right; break;
      case Operation::kDivide:
        if (right == 0) return false;
        left /= right;
        break;
      case Operation::kLeft: left = right < 64 ? left << right : 0; break;
      case Operation::kRight: left = right < 64 ? left >> right : 0; break;
    }
    walk.scope.variables[result_] = left & 0xffffffff;
    walk.cursor = static_cast<uint32_t>(read->to);
    return true;
  }

 private:
  ByteField field_;
  Operation operation_;
  Amount right_;
  uint8_t result_;
};

Result<void> read_place(RuleBuilder& rule, ByteField& field, std::string_view bytes,
                        std::string_view offset) {
  TRY_ASSIGN(field.bytes, rule.amount(bytes));
  TRY_ASSIGN(field.offset, rule.amount(offset));
  return {};
}

Result<void> check_width(const ByteField& field, int32_t least) {
  if (field.bytes.variable != Amount::kNoVariable) return {};
  if (field.text) least = 0;
  if (field.bytes.value < least || field.bytes.value > (field.text ? 23 : 8))
    return failure(field.text
                       ? "at most 23 digits can be read"
                       : "1 to 8 bytes can be read, not " + std::to_string(field.bytes.value));
  return {};
}

std::optional<Compare> read_compare(std::string_view text) {
  constexpr std::pair<std::string_view, Compare> kNames[] = {
      {"=", Compare::kEqual},        {"==", Compare::kEqual},
      {"<", Compare::kLess},         {">", Compare::kGreater},
      {"<=", Compare::kLessOrEqual}, {">=", Compare::kGreaterOrEqual},
      {"&", Compare::kAnd},          {"^", Compare::kOr}};
  for (auto& [name, compare] : kNames)
    if (name == text) return compare;
  return std::nullopt;
}

Result<void> parse_byte_test(RuleBuilder& rule, const RuleOption& option) {
  auto words = split(option.value, ',');
  if (words.size() < 4) return failure("expected bytes, operator, value, offset");
  ByteField field;
  TRY(read_place(rule, field, words[0], words[3]));
  for (size_t i = 4; i < words.size(); ++i) {
    TRY_ASSIGN(bool taken, field.take_word(words[i]));
    if (!taken) return failure("unknown word \"" + std::string(words[i]) + "\"");
  }
  TRY(check_width(field, 1));
  auto* check = rule.arena().make<ByteTestCheck>(field);
  std::string_view operation = words[1];
  if (!operation.empty() && operation[0] == '!') {
    check->negated = true;
    operation = trimmed(operation.substr(1));
    if (operation.empty()) operation = "=";
  }
  auto compare = read_compare(operation);
  if (!compare)
    return failure("expected one of < > = <= >= & ^, found \"" + std::string(operation) + "\"");
  check->compare = *compare;
  if (auto number = parse_number<uint64_t>(words[2])) {
    check->value = *number;
  } else if (auto variable = rule.find_variable(words[2])) {
    check->variable = *variable;
  } else {
    return failure("expected a number or the name of an earlier byte_extract, found \"" +
                   std::string(words[2]) + "\"");
  }
  rule.add(check);
  return {};
}

Result<void> parse_byte_jump(RuleBuilder& rule, const RuleOption& option) {
  auto words = split(option.value, ',');
  if (words.size() < 2) return failure("expected bytes, offset");
  ByteField field;
  TRY(read_place(rule, field, words[0], words[1]));
  ByteJumpCheck::From from = ByteJumpCheck::From::kHere;
  bool align = false;
  uint32_t multiplier = 1;
  Amount post_offset;
  for (size_t i = 2; i < words.size(); ++i) {
    TRY_ASSIGN(bool taken, field.take_word(words[i]));
    if (taken) continue;
    size_t space = words[i].find_first_of(" \t");
    std::string_view name = words[i].substr(0, space), value = space == std::string_view::npos
                                                                   ? std::string_view()
                                                                   : words[i].substr(space);
    if (name == "align") {
      align = true;
    } else if (name == "from_beginning") {
      from = ByteJumpCheck::From::kBeginning;
    } else if (name == "from_end") {
      from = ByteJumpCheck::From::kEnd;
    } else if (name == "multiplier") {
      auto number = parse_number<uint16_t>(value);
      if (!number || *number == 0)
        return failure("expected a number of 1 to 65535 after multiplier");
      multiplier = *number;
    } else if (name == "post_offset") {
      TRY_ASSIGN(post_offset, rule.amount(value));
    } else {
      return failure("unknown word \"" + std::string(words[i]) + "\"");
    }
  }
  TRY(check_width(field, 0));
  auto* check = rule.arena().make<ByteJumpCheck>(field);
  check->from = from;
  check->align = align;
  check->multiplier = multiplier;
  check->post_offset = post_offset;
  rule.add(check);
  return {};
}

Result<void> parse_byte_extract(RuleBuilder& rule, const RuleOption& option) {
  auto words = split(option.value, ',');
  if (words.size() < 3) return failure("expected bytes, offset, name");
  ByteField field;
  TRY(read_place(rule, field, words[0], words[1]));
  uint32_t multiplier = 1, align = 0;
  for (size_t i = 3; i < words.size(); ++i) {
    TRY_ASSIGN(bool taken, field.take_word(words[i]));
    if (taken) continue;
    size_t space = words[i].find_first_of(" \t");
    auto number = space == std::string_view::npos ? std::nullopt
                                                  : parse_number<uint16_t>(words[i].substr(space));
    if (number && words[i].starts_with("multiplier") && *number > 0)
      multiplier = *number;
    else if (number && words[i].starts_with("align") && (*number == 2 || *number == 4))
      align = *number;
    else
      return failure("unknown word \"" + std::string(words[i]) + "\"");
  }
  TRY(check_width(field, 1));
  TRY_ASSIGN(uint8_t variable, rule.declare_variable(words[2]));
  auto* check = rule.arena().make<ByteExtractCheck>(field, variable);
  check->multiplier = multiplier;
  check->align = align;
  rule.add(check);
  return {};
}

Result<void> parse_byte_math(RuleBuilder& rule, const RuleOption& option) {
  ByteField field;
  std::optional<Operation> operation;
  std::optional<Amount> right;
  std::string_view result;
  bool has_bytes = false, has_offset = false;
  for (std::string_view word : split(option.value, ',')) {
    TRY_ASSIGN(bool taken, field.take_word(word));
    if (taken) continue;
    size_t space = word.find_first_of(" \t");
    std::string_view name = word.substr(0, space), value = space == std::string_view::npos
                                                               ? std::string_view()
                                                               : trimmed(word.substr(space));
    if (name == "bytes") {
      TRY_ASSIGN(field.bytes, rule.amount(value));
      has_bytes = true;
    } else if (name == "offset") {
      TRY_ASSIGN(field.offset, rule.amount(value));
      has_offset = true;
    } else if (name == "rvalue") {
      TRY_ASSIGN(right, rule.amount(value));
    } else if (name == "result") {
      result = value;
    } else if (name == "oper") {
      constexpr std::pair<std::string_view, Operation> kNames[] = {
          {"+", Operation::kAdd},    {"-", Operation::kSubtract}, {"*", Operation::kMultiply},
          {"/", Operation::kDivide}, {"<<", Operation::kLeft},    {">>", Operation::kRight}};
      for (auto& [sign, meant] : kNames)
        if (sign == value) operation = meant;
    } else {
      return failure("unknown word \"" + std::string(word) + "\"");
    }
  }
  if (!has_bytes || !has_offset || !operation || !right || result.empty())
    return failure("expected bytes, offset, oper (+ - * / << >>), rvalue and result");
  TRY(check_width(field, 1));
  TRY_ASSIGN(uint8_t variable, rule.declare_variable(result));
  rule.add(rule.arena().make<ByteMathCheck>(field, *operation, *right, variable));
  return {};
}

constexpr Keyword kKeywords[] = {
    {"byte_test", "", State::kFull, "Compares a number in the buffer with a value.",
     "byte_test:2,>,100,0,relative;", "", parse_byte_test},
    {"byte_jump", "", State::kFull, "Moves on by a number found in the buffer.",
     "byte_jump:2,0,relative,little;", "", parse_byte_jump},
    {"byte_extract", "", State::kFull,
     "Keeps a number of the buffer by name, for later options of the rule.",
     "byte_extract:1,0,length;", "", parse_byte_extract},
    {"byte_math", "", State::kFull,
     "Computes with a number of the buffer and keeps the result by name.",
     "byte_math:bytes 1, offset 0, oper +, rvalue 2, result sum;", "", parse_byte_math},
};

}  // namespace

Keywords byte_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
