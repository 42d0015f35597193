// SPDX-License-Identifier: Apache-2.0
#include "app/client/terminal_facts.h"

#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "app/warden/client_listener.h"

namespace picket::app::client {

TerminalFacts look_at_terminal() {
  TerminalFacts facts;
  facts.is_terminal = isatty(STDOUT_FILENO);
  winsize size{};
  if (facts.is_terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) facts.width = size.ws_col;
  const char* term = std::getenv("TERM");
  const char* no_color = std::getenv("NO_COLOR");
  facts.color =
      facts.is_terminal && term && std::string_view(term) != "dumb" && !(no_color && *no_color);
  facts.utf8 = std::string_view(nl_langinfo(CODESET)) == "UTF-8";
  return facts;
}

std::string socket_or_default(const std::string& given) {
  return given.empty() ? warden::kDefaultSocket : given;
}

}  // namespace picket::app::client
