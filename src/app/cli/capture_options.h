// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "base/result.h"

namespace CLI {
class App;
}

// The options of `picket analyze` that concern packet captures. The words of settings are
// Suricata's; which of them mean something is said where they are read
// (app/capture/capture_settings.h).
namespace picket::app::cli {

struct CaptureOptions {
  std::string checksums;                 // all, none, auto; empty: auto
  std::vector<std::string> assignments;  // key=value
  std::vector<std::string> rules;        // files of signatures
  std::string keep_files;                // a folder; empty: files are not kept
  bool keep_all_files = false;           // not only those that a rule asks for
  bool simulate_ips = false;
};

void add_capture_options(CLI::App& command, CaptureOptions& options);
Result<CaptureOptions> resolve(const CaptureOptions& options);

}  // namespace picket::app::cli
