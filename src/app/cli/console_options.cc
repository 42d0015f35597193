// SPDX-License-Identifier: Apache-2.0
#include "app/cli/console_options.h"

#include <CLI/App.hpp>
#include <CLI/Option.hpp>

#include "app/cli/history_options.h"
#include "app/web/access/user_book.h"
#include "base/utf8.h"

namespace picket::app::cli {

void add_console_options(CLI::App& command, ConsoleOptions& options) {
  command.add_option("--socket", options.socket, "where the agent answers")->type_name("PATH");
  command
      .add_option("--state", options.state,
                  "serve this history, which nobody adds to (picket analyze --store DIR), until "
                  "interrupted; otherwise a link to the running picket's console is printed")
      ->type_name("DIR");
  command
      .add_option("--console", options.place,
                  "where to serve: a loopback address and port; 127.0.0.1:7480 or the next free "
                  "port unless said")
      ->type_name("PLACE");
}

void add_user_options(CLI::App& command, UserOptions::What what, UserOptions& options) {
  using What = UserOptions::What;
  options.state = kDefaultState;
  if (what != What::kList)
    command.add_option("name", options.name, "letters, digits and . _ @ -")->required();
  if (what == What::kAdd)
    command.add_option("--role", options.role, "viewer, analyst or admin")
        ->type_name("ROLE")
        ->capture_default_str();
  add_state_option(command, options.state);
}

Result<ConsoleRequest> resolve(const ConsoleOptions& options) {
  ConsoleRequest request{options.socket, options.state, {}};
  TRY_ASSIGN(request.place, web::parse_console_place(options.place));
  if (request.place.off)
    return failure("--console off serves nothing", "give a place, or leave it out");
  if (!options.state.empty() && !options.socket.empty())
    return failure("--state serves without an agent, --socket asks one",
                   "leave one of the two out");
  if (options.state.empty() && !options.place.empty())
    return failure("--console says where to serve what --state names",
                   "for a link to the running picket's console leave it out");
  return request;
}

Result<UserOptions> resolve(const UserOptions& options) {
  if (options.what != UserOptions::What::kList && !web::access::is_user_name(options.name))
    return failure("\"" + printable(options.name) + "\" is no name of a user",
                   "use letters, digits and . _ @ -, at most 64");
  if (!web::access::parse_role(options.role))
    return failure("--role: there is no role \"" + printable(options.role) + "\"",
                   "there are viewer, analyst and admin");
  return options;
}

}  // namespace picket::app::cli
