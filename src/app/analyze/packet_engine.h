// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <memory>

#include "app/analyze/capture_engine.h"
#include "app/capture/capture_settings.h"

namespace picket::app::analyze {

// The packet pipeline (app/capture) as an engine of an analysis: records become EVE lines. One per
// thread; `settings` and `stop` must outlive it.
class PacketEngine final : public CaptureEngine {
 public:
  PacketEngine(const capture::CaptureSettings& settings, const std::atomic<bool>& stop)
      : settings_(settings), stop_(stop) {}

  void run(const sensor::replay::CaptureInput& input, FindingSink& sink,
           sensor::replay::ReadOutcome& outcome) override;

 private:
  const capture::CaptureSettings& settings_;
  const std::atomic<bool>& stop_;
};

}  // namespace picket::app::analyze
