// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/capture_recorder.h"

#include <utility>

#include "detect/evidence/capture_evidence.h"
#include "detect/suricata/alert.h"

namespace picket::app::analyze {

CaptureRecorder::CaptureRecorder(FindingSink& sink, std::string input)
    : sink_(sink),
      input_(std::move(input)),
      wants_eve_(sink.wants_eve()),
      eve_({}, [&sink](std::string_view lines) { sink.eve(lines); }) {}

void CaptureRecorder::tell(event::Activity& activity) {
  activity.place.input = input_;
  sink_.activity(activity);
}

void CaptureRecorder::on_packet(const inspect::PacketContext& context, inspect::Verdict verdict) {
  if (wants_eve_) eve_.on_packet(context, verdict);
  for (const inspect::RuleMatch& match : context.matches) {
    event::Alert alert = detect::suricata::to_alert(match, context, std::nullopt);
    alert.place.input = input_;
    sink_.alert(alert);
  }
}

void CaptureRecorder::on_transaction(const inspect::PacketFlow& flow,
                                     inspect::Transaction& transaction,
                                     const packet::Packet& packet) {
  if (wants_eve_) eve_.on_transaction(flow, transaction, packet);
  if (detect::evidence::capture_transaction(flow, transaction, packet.time, activity_))
    tell(activity_);
}

void CaptureRecorder::on_file(const inspect::PacketFlow& flow,
                              const inspect::Transaction& transaction,
                              inspect::Direction direction, inspect::FileBody& file,
                              const packet::Packet& packet) {
  if (wants_eve_) eve_.on_file(flow, transaction, direction, file, packet);
}

void CaptureRecorder::on_flow(const inspect::PacketFlow& flow, WallTime now) {
  if (wants_eve_) eve_.on_flow(flow, now);
  if (detect::evidence::capture_flow(flow, activity_)) tell(activity_);
}

}  // namespace picket::app::analyze
