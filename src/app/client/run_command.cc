// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <filesystem>

#include "app/cli/history_options.h"
#include "app/client/commands.h"
#include "app/client/terminal_facts.h"
#include "app/firewall/live.h"
#include "app/warden/warden.h"

namespace picket::app::client {
namespace {

void add_history(const cli::RunOptions& options, warden::WardenOptions& warden) {
  const bool wanted = !options.state.empty();
  warden.state = std::filesystem::absolute(wanted ? options.state : cli::kDefaultState);
  warden.agent_arguments.insert(
      warden.agent_arguments.end(),
      {"--state", warden.state, "--keep-days", std::to_string(options.keep_days), "--keep-mb",
       std::to_string(options.keep_mb)});
  if (wanted) warden.agent_arguments.push_back("--state-wanted");
}

}  // namespace

Result<int> run_run(const cli::RunOptions& options) {
  warden::WardenOptions warden;
  warden.cgroup = options.cgroup;
  warden.socket = socket_or_default(options.session.socket);
  warden.user = options.user;
  warden.fallback = options.fallback;
  warden.show = !options.headless && isatty(STDOUT_FILENO) && isatty(STDIN_FILENO);
  const auto pass_on = [&](const char* option, const std::string& path) {
    warden.agent_arguments.insert(warden.agent_arguments.end(),
                                  {option, std::filesystem::absolute(path)});
  };
  for (const std::string& file : options.geo) pass_on("--geo", file);
  if (options.no_detection) warden.agent_arguments.push_back("--no-detection");
  if (!options.detection.empty()) pass_on("--detection", options.detection);
  for (const std::string& file : options.indicators) pass_on("--indicators", file);
  for (const std::string& path : options.sigma) pass_on("--sigma", path);
  if (!options.sigma_placeholders.empty())
    pass_on("--sigma-placeholders", options.sigma_placeholders);
  if (!options.no_history) add_history(options, warden);
  warden.agent_arguments.insert(warden.agent_arguments.end(),
                                {"--console", options.console.empty() ? "usual" : options.console});
  warden.firewall = firewall::live_firewall(
      firewall::where_of({options.rules, options.pins, options.cgroup, {}}));
  if (!warden.show) warden.agent_arguments.push_back("--announce");
  if (options.session.no_color) warden.view_arguments.push_back("--no-color");
  if (options.session.ascii) warden.view_arguments.push_back("--ascii");
  return warden::run_warden(warden);
}

}  // namespace picket::app::client
