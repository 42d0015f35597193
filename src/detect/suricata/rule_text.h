// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// Rules as written: a rule file cut into rules, a rule into header and options, nothing understood
// yet.
namespace picket::detect::suricata {

// Where in a file; both count from 1.
struct TextPosition {
  uint32_t line = 1, column = 1;
};

struct RuleOption {
  std::string_view name;
  std::string_view value;  // trimmed, quotes and escapes still in place; empty without one
  bool has_value = false;
  size_t offset = 0;  // of the name, in RuleText::text
  size_t value_offset = 0;
};

// One rule. All views borrow from `text`, which therefore must not move while they are used.
struct RuleText {
  static constexpr size_t kSizeMax = 64 * 1024;  // bytes of one rule
  static constexpr size_t kOptionsMax = 512;

  std::string text;  // continued lines joined
  struct Join {
    size_t offset;          // from here on in `text` ...
    uint32_t line, column;  // ... stands what begins here in the file
  };
  std::vector<Join> joins;

  std::string_view action, protocol, source, source_ports, direction, destination,
      destination_ports;
  size_t action_offset = 0, protocol_offset = 0, source_offset = 0, source_ports_offset = 0,
         direction_offset = 0, destination_offset = 0, destination_ports_offset = 0;
  std::vector<RuleOption> options;

  TextPosition position(size_t offset) const;
  uint32_t line() const { return joins.empty() ? 1 : joins.front().line; }
  std::string_view option(std::string_view name) const;  // value of the first of that name
};

struct RuleError {
  std::string file;
  TextPosition position;
  std::string message;
  uint32_t sid = 0;  // 0: not known
  std::string rule;  // the name (msg) where it could be read

  std::string text() const;  // file:line:column: message
};

struct RuleTextCounts {
  size_t rules = 0, disabled = 0, broken = 0;
};

// Calls `on_rule` for each rule of a file's content, `on_error` for each that cannot be cut up
// (position and message set, file not). A backslash before the line's end continues it; # begins a
// comment line; a commented-out line that is a rule counts as disabled.
RuleTextCounts read_rule_texts(std::string_view content,
                               const std::function<void(RuleText&)>& on_rule,
                               const std::function<void(RuleError)>& on_error);

// An option's value without its quotes, and without ! before them.
struct QuotedValue {
  std::string_view text;  // escapes in place
  bool negated = false;
  bool quoted = false;
};
Result<QuotedValue> unquote(std::string_view value);

}  // namespace picket::detect::suricata
