// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "base/result.h"

namespace CLI {
class App;
}

// The options that pick flows (--process, --port, --state ...), shared by `picket connections` and
// `picket watch`, and the one expression of the filter language (view/filter.h) they come to.
namespace picket::app::cli {

// As given on the command line. Each may be given several times or hold several values between
// commas: any of them will do. Different options must all hold.
struct FlowFilterOptions {
  std::vector<std::string> process, pid, user, port, addr, proto, state, direction, unit, container,
      name;
  bool listening = false;
  std::vector<std::string> filter;  // --filter: expressions taken as they are
};

// Adds the options to a command. `options` must outlive `command`.
void add_flow_filter_options(CLI::App& command, FlowFilterOptions& options);

// The expression; empty when there is nothing to filter by. Every value is checked, and the error
// says which option is wrong, why, and what to write instead.
Result<std::string> filter_expression(const FlowFilterOptions& options);

}  // namespace picket::app::cli
