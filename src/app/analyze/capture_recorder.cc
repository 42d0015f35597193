// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/capture_recorder.h"

#include <utility>

#include "detect/evidence/capture_evidence.h"
#include "detect/suricata/alert.h"

namespace picket::app::analyze {

CaptureRecorder::CaptureRecorder(FindingSink& sink, std::string input,
                                 const capture::EveOptions& eve)
    : sink_(sink),
      input_(std::move(input)),
      wants_eve_(sink.wants_eve()),
      wants_conversations_(sink.wants_conversations()),
      eve_(eve, [&sink](std::string_view lines) { sink.eve(lines); }) {}

void CaptureRecorder::tell(event::Activity& activity) {
  activity.place.input = input_;
  sink_.activity(activity);
}

void CaptureRecorder::on_packet(const inspect::PacketContext& context, inspect::Verdict verdict) {
  if (wants_eve_) eve_.on_packet(context, verdict);
  for (const inspect::RuleMatch& match : context.matches) tell_match(match, context);
}

// Whose packet it is: the flow's inner end says it; without a flow the addresses are all there is.
void CaptureRecorder::tell_match(const inspect::RuleMatch& match,
                                 const inspect::PacketContext& context) {
  event::Activity seen;
  const bool known = context.flow && detect::evidence::capture_flow(*context.flow, seen);
  const auto* made = known ? std::get_if<event::ConnectionMade>(&seen.what) : nullptr;
  event::Alert alert =
      detect::suricata::to_alert(match, context, made ? made->outbound : std::nullopt);
  if (made) {
    alert.host = seen.host;
    alert.connection = *made;
  } else {
    event::ConnectionMade& between = alert.connection.emplace();
    between.local = {context.packet.source, context.packet.source_port};
    between.remote = {context.packet.destination, context.packet.destination_port};
    alert.host = context.packet.source.text();
  }
  alert.place.input = input_;
  alert.place.offset = context.packet.number;
  alert.place.source = "packet " + std::to_string(context.packet.number);
  sink_.alert(alert);
}

void CaptureRecorder::on_transaction(const inspect::PacketFlow& flow,
                                     inspect::Transaction& transaction,
                                     const packet::Packet& packet) {
  if (wants_eve_) eve_.on_transaction(flow, transaction, packet);
  if (wants_conversations_ &&
      detect::evidence::capture_transaction(flow, transaction, packet.time, activity_))
    tell(activity_);
}

void CaptureRecorder::on_file(const inspect::PacketFlow& flow,
                              const inspect::Transaction& transaction, inspect::Direction direction,
                              inspect::FileBody& file, const packet::Packet& packet) {
  if (wants_eve_) eve_.on_file(flow, transaction, direction, file, packet);
}

void CaptureRecorder::on_flow(const inspect::PacketFlow& flow, WallTime now) {
  if (wants_eve_) eve_.on_flow(flow, now);
  if (wants_conversations_ && detect::evidence::capture_flow(flow, activity_)) tell(activity_);
}

}  // namespace picket::app::analyze
