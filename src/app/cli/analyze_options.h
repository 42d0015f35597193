// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "app/cli/capture_options.h"
#include "base/result.h"
#include "event/alert.h"

namespace CLI {
class App;
}

// The options of `picket analyze`, in the same three parts as those of command_options.h. What
// concerns packet captures stands in capture_options.h.
namespace picket::app::cli {

struct AnalyzeOptions {
  CaptureOptions capture;
  std::vector<std::string> inputs;
  std::vector<std::string> sigma;
  std::string sigma_placeholders;
  std::vector<std::string> indicators;
  bool no_behaviors = false;
  std::string settings;
  std::string events, incidents, eve, store;
  std::vector<std::string> eve_types;
  std::vector<std::string> reports;
  bool check = false;
  bool json = false, timeline = false, quiet = false, no_color = false, ascii = false;
  std::string min_severity = "medium";
  std::string threads;
};

struct AnalyzeRequest {
  CaptureOptions capture;
  std::vector<std::string> inputs;
  std::vector<std::string> sigma;
  std::string sigma_placeholders;
  std::vector<std::string> indicators;
  bool behaviors = true;
  std::string settings;                // TOML; empty: defaults
  std::string store;                   // folder of a history; empty: not wanted
  std::string events, incidents, eve;  // empty: not wanted; "-": standard output
  std::vector<std::string> eve_types;  // of captures; empty: all
  std::vector<std::string> reports;    // each ends in .md or .html
  bool json = false;                   // standard output is alerts as JSON lines
  bool timeline = false;               // standard output is a line per alert, in order of time
  bool check = false;                  // the exit code tells whether something was found
  bool quiet = false;                  // nothing on standard output but what was asked for
  bool no_color = false, ascii = false;
  event::Severity min_severity = event::Severity::kMedium;
  size_t threads = 0;  // 0: as many as the machine has processors
};

void add_analyze_options(CLI::App& command, AnalyzeOptions& options);
Result<AnalyzeRequest> resolve(const AnalyzeOptions& options);

}  // namespace picket::app::cli
