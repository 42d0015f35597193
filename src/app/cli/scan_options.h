// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "app/cli/response_options.h"
#include "event/alert.h"

// The options of `picket scan`, in the same three parts as those of command_options.h.
namespace picket::app::cli {

struct ScanOptions {
  std::vector<std::string> paths, like, yara, indicators;
  bool processes = false, removable = false, persistence = false;
  bool own_rules = true, json = false, nice = false, quiet = false;
  std::string store, resume, min_severity = "low";
  unsigned recent_days = 14;
  std::string state = kDefaultState;
};

struct ScanRequest {
  ScanOptions options;
  event::Severity least = event::Severity::kLow;
};

void add_scan_options(CLI::App& command, ScanOptions& options);
Result<ScanRequest> resolve(const ScanOptions& options);

}  // namespace picket::app::cli
