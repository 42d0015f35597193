// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/rule_text.h"

#include <algorithm>

#include "detect/suricata/text.h"

namespace picket::detect::suricata {
namespace {

constexpr std::string_view kActionWords[] = {
    "alert", "pass", "drop", "reject", "rejectsrc", "rejectdst", "rejectboth", "config", "accept"};

bool is_action(std::string_view word) {
  size_t colon = word.find(':');
  return std::find(std::begin(kActionWords), std::end(kActionWords), word.substr(0, colon)) !=
         std::end(kActionWords);
}

// What stands at fault, and where in RuleText::text.
struct Fault {
  size_t offset;
  std::string message;
};
using Outcome = std::expected<void, Fault>;
std::unexpected<Fault> fault(size_t offset, std::string message) {
  return std::unexpected(Fault{offset, std::move(message)});
}

// The next word of the header: up to white space outside brackets, or the parenthesis of the
// options.
std::string_view header_word(std::string_view text, size_t& at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  size_t from = at, depth = 0;
  for (; at < text.size(); ++at) {
    char c = text[at];
    if (c == '[') ++depth;
    if (c == ']' && depth > 0) --depth;
    if (depth == 0 && (c == ' ' || c == '\t' || c == '(')) break;
  }
  return text.substr(from, at - from);
}

Outcome read_header(RuleText& rule, size_t& at) {
  struct Part {
    std::string_view RuleText::*word;
    size_t RuleText::*offset;
    const char* expected;
  };
  constexpr Part kParts[] = {
      {&RuleText::action, &RuleText::action_offset, "an action (alert, pass, drop, reject...)"},
      {&RuleText::protocol, &RuleText::protocol_offset, "a protocol"},
      {&RuleText::source, &RuleText::source_offset, "a source address"},
      {&RuleText::source_ports, &RuleText::source_ports_offset, "a source port"},
      {&RuleText::direction, &RuleText::direction_offset, "a direction (->, <> or =>)"},
      {&RuleText::destination, &RuleText::destination_offset, "a destination address"},
      {&RuleText::destination_ports, &RuleText::destination_ports_offset, "a destination port"}};
  for (const Part& part : kParts) {
    std::string_view word = header_word(rule.text, at);
    rule.*part.word = word;
    rule.*part.offset = at - word.size();
    if (word.empty()) {
      // Some protocols have no addresses and ports: "alert ether (...)", "alert pkthdr any ..." has
      // all.
      if (part.word == &RuleText::source) return {};
      return fault(at, std::string("expected ") + part.expected);
    }
    if (part.word == &RuleText::action && !is_action(word))
      return fault(rule.action_offset, std::string("expected ") + part.expected + ", found \"" +
                                           std::string(word) + "\"");
  }
  return {};
}

Outcome read_options(RuleText& rule, size_t at) {
  std::string_view text = rule.text;
  size_t end = text.find_last_not_of(" \t\r\n");
  if (text[at] != '(') return fault(at, "expected ( before the options");
  if (end == std::string_view::npos || text[end] != ')' || end <= at)
    return fault(text.size(), "expected ) at the end of the rule");
  ++at;
  while (true) {
    while (at < end && (text[at] == ' ' || text[at] == '\t')) ++at;
    if (at >= end) return {};
    if (rule.options.size() == RuleText::kOptionsMax)
      return fault(at, "more options than a rule may have");
    size_t stop = at;
    while (stop < end && (text[stop] != ';' || text[stop - 1] == '\\')) ++stop;
    if (stop == end) return fault(at, "expected ; at the end of this option");
    std::string_view option = text.substr(at, stop - at);
    size_t colon = option.find(':');
    RuleOption& added = rule.options.emplace_back();
    added.name = trimmed(option.substr(0, colon));
    added.offset = at;
    if (added.name.empty())
      return fault(at, "expected a keyword, found \"" + std::string(option) + "\"");
    if (colon != std::string_view::npos) {
      added.has_value = true;
      added.value = trimmed(option.substr(colon + 1));
      added.value_offset =
          added.value.empty() ? at + colon : static_cast<size_t>(added.value.data() - text.data());
    }
    at = stop + 1;
  }
}

bool is_disabled_rule(std::string_view line) {
  size_t word = line.find_first_not_of("# \t");
  if (word == std::string_view::npos) return false;
  std::string_view rest = line.substr(word);
  return is_action(rest.substr(0, rest.find_first_of(" \t"))) &&
         rest.find("sid:") != std::string_view::npos && rest.find('(') != std::string_view::npos;
}

// Appends one line of the file to the rule being collected; true when the rule goes on.
bool append_line(RuleText& rule, std::string_view line, uint32_t number) {
  size_t from = rule.text.empty() ? line.find_first_not_of(" \t\r") : 0;
  if (from == std::string_view::npos) from = line.size();
  size_t end = line.find_last_not_of(" \t\r");
  bool goes_on = end != std::string_view::npos && line[end] == '\\';
  std::string_view part = goes_on ? line.substr(from, end - from) : line.substr(from);
  rule.joins.push_back({rule.text.size(), number, static_cast<uint32_t>(from + 1)});
  rule.text.append(part);
  return goes_on;
}

Outcome cut(RuleText& rule) {
  if (rule.text.size() > RuleText::kSizeMax) return fault(0, "the rule is longer than 64 KiB");
  size_t at = 0;
  if (auto header = read_header(rule, at); !header) return header;
  while (at < rule.text.size() && (rule.text[at] == ' ' || rule.text[at] == '\t')) ++at;
  if (at >= rule.text.size()) return fault(at, "expected ( before the options");
  return read_options(rule, at);
}

}  // namespace

TextPosition RuleText::position(size_t offset) const {
  TextPosition result;
  for (const Join& join : joins)
    if (join.offset <= offset)
      result = {join.line, join.column + static_cast<uint32_t>(offset - join.offset)};
  return result;
}

std::string_view RuleText::option(std::string_view name) const {
  for (const RuleOption& option : options)
    if (option.name == name) return option.value;
  return {};
}

std::string RuleError::text() const {
  return file + ":" + std::to_string(position.line) + ":" + std::to_string(position.column) + ": " +
         message;
}

RuleTextCounts read_rule_texts(std::string_view content,
                               const std::function<void(RuleText&)>& on_rule,
                               const std::function<void(RuleError)>& on_error) {
  RuleTextCounts counts;
  RuleText rule;
  auto finish = [&] {
    if (!rule.text.empty() && rule.text.find_first_not_of(" \t\r") != std::string::npos) {
      if (Outcome outcome = cut(rule); outcome) {
        ++counts.rules;
        on_rule(rule);
      } else {
        ++counts.broken;
        RuleError error;
        error.position = rule.position(outcome.error().offset);
        error.message = outcome.error().message;
        on_error(std::move(error));
      }
    }
    rule = {};
  };
  uint32_t number = 0;
  bool goes_on = false;
  while (!content.empty()) {
    size_t end = content.find('\n');
    std::string_view line = content.substr(0, end);
    content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
    ++number;
    size_t first = line.find_first_not_of(" \t\r");
    if (!goes_on && (first == std::string_view::npos || line[first] == '#')) {
      if (first != std::string_view::npos && is_disabled_rule(line)) ++counts.disabled;
      continue;
    }
    goes_on = append_line(rule, line, number);
    if (!goes_on) finish();
  }
  finish();
  return counts;
}

Result<QuotedValue> unquote(std::string_view value) {
  QuotedValue result;
  if (!value.empty() && value[0] == '!') {
    result.negated = true;
    value = trimmed(value.substr(1));
  }
  if (!value.empty() && value[0] == '"') {
    if (value.size() < 2 || value.back() != '"') return failure("expected a closing quote");
    result.quoted = true;
    value = value.substr(1, value.size() - 2);
  }
  result.text = value;
  return result;
}

}  // namespace picket::detect::suricata
