// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <memory>

#include "app/analyze/finding_sink.h"
#include "sensor/replay/read_outcome.h"
#include "sensor/replay/replay.h"

namespace picket::app::analyze {

// What inspects packet captures, seen from the analysis: it is handed one capture after another and
// puts alerts, activities and EVE lines into the sink. Each thread has an engine of its own.
class CaptureEngine {
 public:
  virtual ~CaptureEngine() = default;
  // Reads `capture` to its end. Packets are counted as `outcome.records`; what is broken is a
  // problem with its offset; bytes are counted already.
  virtual void run(const sensor::replay::CaptureInput& capture, FindingSink& sink,
                   sensor::replay::ReadOutcome& outcome) = 0;
};

// Called once per thread, before anything is read.
using CaptureEngineMaker = std::function<Result<std::unique_ptr<CaptureEngine>>()>;

}  // namespace picket::app::analyze
