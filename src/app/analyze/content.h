// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "detect/behavior/settings.h"
#include "detect/intel/indicator_engine.h"
#include "detect/sigma/program.h"

namespace picket::app::analyze {

// What an analysis detects with, loaded once and then only read, by all threads.
struct Content {
  std::shared_ptr<const detect::sigma::Program> sigma;  // null: no Sigma rules were named
  std::vector<bool> feeds_correlation;                  // by rule: a correlation refers to it
  std::optional<detect::behavior::BehaviorSettings> behaviors;  // nullopt: not wanted
  std::vector<detect::behavior::AllowEntry> allow;              // for alerts of every detector
  // Null: no lists were named. Keeps what it has seen: used by the one thread of Conclusions alone.
  std::unique_ptr<detect::intel::IndicatorEngine> indicators;
};

struct ContentRequest {
  std::vector<std::string> sigma;       // files and folders
  std::string sigma_placeholders;       // file or folder; empty: none
  std::vector<std::string> indicators;  // files
  bool behaviors = true;
  std::string behavior_settings;  // TOML file; empty: defaults
};

// Loads and compiles. Documents that do not load are in the program's LoadReport and no error.
Result<Content> load_content(const ContentRequest& request);

}  // namespace picket::app::analyze
