// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "app/analyze/finding_sink.h"
#include "app/capture/eve_writer.h"

namespace picket::app::analyze {

// What the packet worker tells, to where an analysis wants it: EVE lines if somebody reads them,
// and what the behaviours see. One for each capture; `sink` must outlive it. One thread.
class CaptureRecorder final : public inspect::RecordSink {
 public:
  CaptureRecorder(FindingSink& sink, std::string input, const capture::EveOptions& eve);

  void on_packet(const inspect::PacketContext& context, inspect::Verdict verdict) override;
  void on_transaction(const inspect::PacketFlow& flow, inspect::Transaction& transaction,
                      const packet::Packet& packet) override;
  void on_file(const inspect::PacketFlow& flow, const inspect::Transaction& transaction,
               inspect::Direction direction, inspect::FileBody& file,
               const packet::Packet& packet) override;
  void on_flow(const inspect::PacketFlow& flow, WallTime now) override;

  void set_link_type(uint16_t link_type) { eve_.set_link_type(link_type); }
  void finish() { eve_.flush(); }

 private:
  void tell(event::Activity& activity);
  void tell_match(const inspect::RuleMatch& match, const inspect::PacketContext& context);

  FindingSink& sink_;
  const std::string input_;
  const bool wants_eve_, wants_conversations_;
  capture::EveWriter eve_;
  event::Activity activity_;
};

}  // namespace picket::app::analyze
