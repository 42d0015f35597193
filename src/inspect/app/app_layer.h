// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

#include "inspect/app/app_parser.h"
#include "inspect/app/packet_flow.h"
#include "inspect/file/range_files.h"

// Tells protocols apart and feeds their parsers.
namespace picket::inspect {

// Flows that parsers have announced and that have not come yet. Bounded; the oldest go first.
class ExpectedFlows {
 public:
  static constexpr size_t kExpectedMax = 4096;
  static constexpr uint64_t kKeptNs = 300 * kNsPerSecond;

  void add(const FlowContext::Expected& expected, WallTime now);
  // Who may have announced a flow between these two; fills in its label and protocol. `reversed`:
  // the side that called was announced as the server.
  bool take(PacketFlow& flow, WallTime now);
  bool empty() const { return expected_.empty(); }

 private:
  struct Entry {
    FlowContext::Expected flow;
    WallTime made;
  };
  std::vector<Entry> expected_;  // in order of making
};

// The application layer of all flows of one worker: what a direction's first bytes look like
// decides the protocol; then its parser gets the bytes. Not thread-safe; nothing throws out of it.
class AppLayer {
 public:
  // First bytes looked at before a direction is given up as of unknown protocol.
  static constexpr size_t kProbeBytesMax = 4096;

  AppLayer(const AppSettings& settings, std::span<const ProtocolDescriptor> table);

  struct Fed {
    size_t consumed = 0;
    size_t need = 0;             // bytes before which there is no use in calling again; 0: any more
    bool changed = false;        // another protocol follows: finish_change() before the next bytes
    bool new_bytes_due = false;  // the other direction's bytes may be fed now
    bool reversed = false;  // client and server have to change places first; nothing was consumed
  };
  // In-order bytes of a TCP direction, from the first not consumed on. Events of protocol detection
  // go to `events`.
  Fed feed(PacketFlow& flow, Direction direction, Bytes bytes, bool last, WallTime now,
           std::vector<Transaction::Event>& events);
  void gap(PacketFlow& flow, Direction direction, uint64_t lost, WallTime now);
  // One UDP datagram.
  Fed datagram(PacketFlow& flow, Direction direction, Bytes bytes, WallTime now,
               std::vector<Transaction::Event>& events);
  // The flow ends: open transactions are finished.
  void end(PacketFlow& flow, WallTime now);
  // The old parser goes, with its transactions; the next bytes are looked at anew.
  void finish_change(PacketFlow& flow);

  ExpectedFlows& expected() { return expected_; }

 private:
  enum class Found : uint8_t { kNothing, kMore, kFound, kReversed };
  Found look(const PacketFlow& flow, bool tcp, Direction direction, Bytes bytes,
             AppProtocol& protocol) const;
  const ProtocolDescriptor* descriptor(AppProtocol protocol, bool tcp) const;
  // False: nothing to feed yet, or ever.
  bool settle_protocol(PacketFlow& flow, bool tcp, Direction direction, Bytes bytes, bool last,
                       Fed& fed, std::vector<Transaction::Event>& events);
  void settle_other_side(PacketFlow& flow, bool tcp, Direction direction, Bytes bytes,
                         std::vector<Transaction::Event>& events);
  bool start_parser(PacketFlow& flow, AppProtocol protocol, bool tcp);
  Fed parse(PacketFlow& flow, bool tcp, Direction direction, Bytes bytes, bool last, WallTime now);
  FlowContext context_of(const PacketFlow& flow, bool tcp, WallTime now);
  void take_context(PacketFlow& flow, FlowContext& context, Fed& fed);
  static void ignore(PacketFlow& flow);

  const AppSettings& settings_;
  const std::span<const ProtocolDescriptor> table_;
  ExpectedFlows expected_;
  RangeFiles ranges_;
};

}  // namespace picket::inspect
