// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/analyze/alert_store.h"
#include "app/analyze/capture_engine.h"
#include "app/analyze/content.h"
#include "app/analyze/inputs.h"
#include "incident/lineage.h"
#include "sensor/replay/read_outcome.h"

namespace picket::app::analyze {

// How far it is, readable at any time from any thread.
struct Progress {
  std::atomic<uint64_t> bytes{0};  // read of the inputs, as stored
  std::atomic<uint64_t> inputs_done{0};
  std::atomic<bool> stop{false};  // set it to end early
};

struct AnalysisRequest {
  std::vector<Input>& inputs;
  const Content& content;
  size_t threads = 1;
  CaptureEngineMaker make_capture_engine;              // empty: captures are skipped
  std::function<void(std::string_view lines)> on_eve;  // of captures, in the order of the inputs
  Progress& progress;
  // Called once all threads are there and before anything is read: what they may do from here on.
  std::function<Result<void>()> on_threads_ready;
  // Each packed activity (pack.h), in the order of the inputs; empty: nobody keeps them.
  std::function<void(std::string_view packed)> on_activity = {};
};

constexpr size_t kThreadsMax = 64;

struct AnalysisResult {
  AlertStore alerts;
  sensor::replay::ReadOutcome total;  // of all inputs; problems in their order
  incident::Lineage lineage;          // of the processes that were told of
  uint64_t activities = 0;            // that the behaviours saw
  uint64_t captures = 0;              // inspected
  bool stopped = false;
};

// Reads every input, on as many threads as asked for, and judges what is in it. The result depends
// on the inputs and the content only, never on the number of threads (unless stopped early).
Result<AnalysisResult> analyze(const AnalysisRequest& request);

// Adds what one reading yielded to what others did.
void merge(sensor::replay::ReadOutcome& into, sensor::replay::ReadOutcome&& from);

}  // namespace picket::app::analyze
