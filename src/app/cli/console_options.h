// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "app/web/access/role.h"
#include "app/web/console_place.h"
#include "base/result.h"

namespace CLI {
class App;
}

// The options of `picket console` and `picket user`, in the three parts of command_options.h.
namespace picket::app::cli {

struct ConsoleOptions {
  std::string socket;  // of the agent; empty: the usual one
  std::string state;   // serve this store without an agent; empty: ask the agent for a link
  std::string place;
};

struct ConsoleRequest {
  std::string socket, state;
  web::ConsolePlace place;
};

struct UserOptions {
  enum class What : uint8_t { kAdd, kList, kRemove, kPassword };
  What what = What::kList;
  std::string name, role = "viewer";
  std::string state;
};

void add_console_options(CLI::App& command, ConsoleOptions& options);
void add_user_options(CLI::App& command, UserOptions::What what, UserOptions& options);

Result<ConsoleRequest> resolve(const ConsoleOptions& options);
Result<UserOptions> resolve(const UserOptions& options);

}  // namespace picket::app::cli
