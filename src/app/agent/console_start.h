// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "app/agent/client_server.h"
#include "app/web/console.h"

namespace picket::app::agent {

struct ConsoleWanted {
  std::string place;   // as web::parse_console_place reads it
  std::string folder;  // of the history; empty: none is kept
  std::vector<web::api::KnownRule> rules;
  exceptions::ExceptionSet* exceptions = nullptr;
};

// Starts the web console inside the agent, before the sandbox closes: it asks `server` over socket
// pairs, as any reader does (docs/formats/agent_socket.md), and its threads may change files of the
// history only. Null: none is wanted, or there is no room for one where nobody asked for it (that
// is said on standard error).
Result<std::unique_ptr<web::Console>> start_console(ConsoleWanted&& wanted, ClientServer& server);

}  // namespace picket::app::agent
