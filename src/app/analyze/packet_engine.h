// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <memory>

#include "app/analyze/capture_engine.h"
#include "app/capture/capture_settings.h"
#include "app/capture/eve_writer.h"
#include "detect/suricata/engine.h"

namespace picket::app::analyze {

// The packet pipeline (app/capture) as an engine of an analysis: records become EVE lines, matches
// of `signatures` (null: none) alerts. Each capture is a run of its own. One per thread; `settings`
// and `stop` must outlive it.
class PacketEngine final : public CaptureEngine {
 public:
  using Signatures = std::shared_ptr<const detect::suricata::LoadedRules>;  // shared by all threads
  PacketEngine(const capture::CaptureSettings& settings, const capture::EveOptions& eve,
               Signatures signatures, const std::atomic<bool>& stop)
      : settings_(settings), eve_(eve), signatures_(std::move(signatures)), stop_(stop) {}

  void run(const sensor::replay::CaptureInput& input, FindingSink& sink,
           sensor::replay::ReadOutcome& outcome) override;

 private:
  const capture::CaptureSettings& settings_;
  const capture::EveOptions eve_;
  const Signatures signatures_;
  const std::atomic<bool>& stop_;
};

}  // namespace picket::app::analyze
