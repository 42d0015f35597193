// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/cli/command_options.h"
#include "app/cli/console_options.h"
#include "base/result.h"

// What each command does once its options are understood; returns the exit code. Each may be called
// once in a process: they change signals, terminals and privileges.
namespace picket::app::client {

Result<int> run_connections(const cli::ConnectionsRequest& request);
Result<int> run_watch_command(const cli::WatchRequest& request);
Result<int> run_run(const cli::RunOptions& options);
Result<int> run_console(const cli::ConsoleRequest& request);
Result<int> run_user(const cli::UserOptions& options);
Result<int> run_alerts(const cli::AlertsRequest& request);
Result<int> run_doctor(bool json, bool no_color, bool ascii);

}  // namespace picket::app::client
