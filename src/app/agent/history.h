// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "incident/incident_feed.h"
#include "store/recorder.h"

namespace picket::app::agent {

struct HistorySettings {
  std::string folder;
  uint64_t keep_days = 30, keep_mb = 4096;
};

// What the agent keeps: the recorder, and the incidents it puts together on the recorder's thread.
// Start it before the sandbox is entered: it opens files and starts a thread.
class History {
 public:
  static Result<std::unique_ptr<History>> start(const HistorySettings& settings);
  store::Recorder& recorder() { return *recorder_; }

 private:
  History() = default;
  incident::IncidentFeed incidents_;
  std::unique_ptr<store::Recorder> recorder_;  // ends before what it uses
};

}  // namespace picket::app::agent
