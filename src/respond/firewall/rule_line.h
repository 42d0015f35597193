// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "respond/firewall/rule.h"

namespace picket::respond::firewall {

// Words of one line of the rule file: bare, or in double quotes with \" \\ and \xNN. Borrows the
// line. Not thread-safe.
class LineReader {
 public:
  explicit LineReader(std::string_view line) : line_(line) {}

  // The next word; `what` says what is missing when there is none.
  Result<std::string> word(std::string_view what);
  Result<uint32_t> number(std::string_view what, uint32_t least, uint32_t most);
  // All that follows a rule's action.
  Result<Rule> operands(Action action);
  Result<void> expect_end();
  bool at_end();
  // Of the word read last, counted in bytes from 1.
  size_t column() const { return began_ + 1; }

 private:
  Result<void> operand(const std::string& name, Rule& rule);
  Result<void> setting(const std::string& name, Rule& rule);
  Result<void> quoted_word(std::string& out);
  void skip_space();

  std::string_view line_;
  size_t at_ = 0, began_ = 0;
};

// As the file writes it: in quotes where bare it would read otherwise.
std::string as_word(std::string_view text);

}  // namespace picket::respond::firewall
