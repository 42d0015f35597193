// SPDX-License-Identifier: Apache-2.0
#include "behavior_run.h"

#include <cstdlib>

#include "base/utf8.h"
#include "detect/behavior/behavior_set.h"
#include "detect/evidence/evidence.h"
#include "sensor/replay/replay.h"

namespace picket::tests {

Result<BehaviorRun> run_behaviors(const std::vector<std::string>& inputs) {
  TRY_ASSIGN(const std::vector<std::string> files, sensor::replay::expand_inputs(inputs));
  TRY_ASSIGN(const auto behaviors, detect::behavior::BehaviorSet::create());
  BehaviorRun run;
  detect::evidence::Translator translator;
  event::Activity activity;
  for (const std::string& file : files) {
    sensor::replay::for_each_record(
        file, [&](const event::LogRecord& record, const sensor::replay::RecordPlace& place) {
          ++run.records;
          if (!translator.translate(record, activity)) return;
          ++run.activities;
          activity.place.input = place.input;
          activity.place.offset = place.offset;
          behaviors->observe(activity);
        });
  }
  run.alerts = behaviors->finish();
  return run;
}

std::optional<std::filesystem::path> telemetry_folder() {
  namespace fs = std::filesystem;
  fs::path shared;
  if (const char* told = std::getenv("PICKET_SHARED")) {
    shared = told;
  } else {
    for (fs::path at = fs::weakly_canonical(__FILE__); at.has_relative_path();
         at = at.parent_path())
      if (fs::exists(at / "ARCHITECTURE.md")) shared = at.parent_path() / "shared";
  }
  const fs::path folder = shared / "corpus" / "telemetry";
  return fs::is_directory(folder) ? std::optional(folder) : std::nullopt;
}

std::string line_of(const event::Alert& alert) {
  std::string line = std::string(event::text(alert.severity)) + "/" +
                     std::string(event::text(alert.confidence)) + " " + alert.rule_id + " " +
                     alert.host + " x" + std::to_string(alert.count) + ": " + alert.reason;
  for (const event::KnownGood& good : alert.known_good) line += " [but " + good.what + "]";
  return printable(line);
}

}  // namespace picket::tests
