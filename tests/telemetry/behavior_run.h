// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "event/alert.h"

// Recordings through the readers, the translations and all behaviours, in the order in which
// `picket analyze` would meet them.
namespace picket::tests {

struct BehaviorRun {
  uint64_t records = 0, activities = 0;
  std::vector<event::Alert> alerts;  // folded, by time
};
Result<BehaviorRun> run_behaviors(const std::vector<std::string>& inputs);

// The corpus beside the checkout: $PICKET_SHARED/corpus/telemetry; nullopt: not there.
std::optional<std::filesystem::path> telemetry_folder();

// One line: severity, confidence, rule, host, reason.
std::string line_of(const event::Alert& alert);

}  // namespace picket::tests
