// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>

namespace picket::app::client {

// What standard output is and can show.
struct TerminalFacts {
  bool is_terminal = false;
  size_t width = 0;    // 0: no terminal
  bool color = false;  // a terminal, and neither NO_COLOR nor TERM=dumb says otherwise
  bool utf8 = true;    // by the locale
};
TerminalFacts look_at_terminal();

// The usual place of the agent's socket, or the one given.
std::string socket_or_default(const std::string& given);

}  // namespace picket::app::client
