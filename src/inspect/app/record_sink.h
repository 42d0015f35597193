// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/inspection.h"
#include "inspect/file/file_body.h"

namespace picket::inspect {

// Where a packet worker puts what is to be recorded, as it happens. Everything given lives during
// the call only. One worker calls it; nothing may throw.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  // After inspection: context.matches, packet.events, context.app_events, and whether it was
  // dropped.
  virtual void on_packet(const PacketContext& context, Verdict verdict) = 0;
  // The record of a transaction is due. `packet` is the one at hand (number 0: none, the flow
  // ended).
  virtual void on_transaction(const PacketFlow& flow, Transaction& transaction,
                              const packet::Packet& packet) = 0;
  // A file of a transaction has come to its end.
  virtual void on_file(const PacketFlow& flow, const Transaction& transaction, Direction direction,
                       FileBody& file, const packet::Packet& packet) = 0;
  // Before it is forgotten; flow.end says why.
  virtual void on_flow(const PacketFlow& flow, WallTime now) = 0;
};

}  // namespace picket::inspect
