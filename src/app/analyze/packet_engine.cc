// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/packet_engine.h"

#include "app/analyze/capture_recorder.h"
#include "app/capture/capture_run.h"

namespace picket::app::analyze {

void PacketEngine::run(const sensor::replay::CaptureInput& input, FindingSink& sink,
                       sensor::replay::ReadOutcome& outcome) {
  const std::string name(input.input);
  CaptureRecorder recorder(sink, name, eve_);
  std::unique_ptr<detect::suricata::Engine> signatures;
  if (signatures_) {
    auto engine = detect::suricata::Engine::create(signatures_, settings_.settings);
    if (!engine) {
      outcome.problem(name, 0, engine.error().message);
      return;
    }
    signatures = std::move(*engine);
  }
  capture::CaptureRun run(
      {.settings = settings_,
       .sink = recorder,
       .inspector = signatures.get(),
       .on_link_type = [&recorder](uint16_t type) { recorder.set_link_type(type); },
       .on_progress = {},
       .stop = &stop_});
  const Result<capture::CaptureOutcome> read = run.read(input.source);
  if (!read) {
    outcome.problem(name, 0, read.error().message);
    return;
  }
  recorder.finish();
  outcome.records += read->packets;
  if (!read->problem) return;
  if (read->packets > 0) ++outcome.cut_short;
  outcome.problem(name, read->offset, *read->problem);
}

}  // namespace picket::app::analyze
