// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/command_options.h"
#include "app/cli/wrong_use.h"

// The command line as main() puts it together, for tests.
namespace picket::app::cli::test {

struct TestCommand {
  CLI::App app{"Which process talks to whom", "picket"};
  ConnectionsOptions connections;
  WatchOptions watch;
  RunOptions run;

  TestCommand() {
    app.require_subcommand(1);
    add_connections_options(*app.add_subcommand("connections", "who talks and who listens"),
                            connections);
    add_watch_options(*app.add_subcommand("watch", "the same, live"), watch);
    add_run_options(*app.add_subcommand("run", "agent and screen"), run);
  }
  // What was wrong, if anything.
  std::optional<Error> parse(std::vector<std::string> words) {
    std::ranges::reverse(words);  // as CLI11 wants them
    try {
      app.parse(std::move(words));
    } catch (const CLI::ParseError& error) {
      return explain_wrong_use(app, error);
    }
    return std::nullopt;
  }
};

// The request of `picket connections WORDS...`, or the error.
inline Result<ConnectionsRequest> connections(std::vector<std::string> words) {
  TestCommand command;
  words.insert(words.begin(), "connections");
  if (auto error = command.parse(std::move(words))) return std::unexpected(*error);
  return resolve(command.connections);
}

}  // namespace picket::app::cli::test
