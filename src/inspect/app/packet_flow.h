// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/byte_reader.h"
#include "base/clock.h"
#include "inspect/app/app_parser.h"
#include "inspect/app/app_protocol.h"
#include "inspect/app/direction.h"
#include "inspect/app/exception_policy.h"
#include "inspect/app/transaction.h"

namespace picket::inspect {

// What the transport layer keeps of a flow (inspect/stream/); known only there.
class TransportState {
 public:
  virtual ~TransportState() = default;
  // The flow has been quiet for a while: lets go of memory that holds nothing.
  virtual void rest() {}
};

// The in-order bytes of one direction of a TCP flow, as rules see them. Views live until the next
// packet of the flow is worked on.
class StreamBytes {
 public:
  virtual ~StreamBytes() = default;
  // All bytes kept, from window_offset() of the stream up to the first hole (in inline mode: up to
  // what has come; else: up to what the receiver has acknowledged).
  virtual Bytes window() const = 0;
  virtual uint64_t window_offset() const = 0;
  // There is something for stream rules to look at now: enough new bytes have gathered, the
  // protocol's parser came to the end of a message, or the stream is over. Then rules look at
  // fresh_from() up to the end of window() with as much as they need before it, and call
  // inspected().
  virtual bool ready() const = 0;
  virtual uint64_t fresh_from() const = 0;
  virtual void inspected(uint64_t up_to) = 0;
  // What is kept of it, at most `max` bytes, as records show it: "GET[4 bytes missing]Host".
  virtual std::string shown(size_t max) const = 0;
};

// A conversation seen in packets: five-tuple and VLAN. Made and owned by the flow table of one
// worker (inspect/stream/packet_flow_table.h); not thread-safe. What detection remembers of it
// hangs at `memo`.
struct PacketFlow {
  PacketFlow() = default;
  PacketFlow(const PacketFlow&) = delete;
  PacketFlow& operator=(const PacketFlow&) = delete;

  enum class State : uint8_t { kNew, kEstablished, kClosed, kBypassed };
  // How it ended: EVE's flow.reason.
  enum class End : uint8_t { kNone, kTimeout, kForced, kShutdown, kTcpReuse };

  uint64_t id = 0;          // unique in a run, the same in each run of the same input; below 2^53
  Endpoint client, server;  // ICMP: port 0
  uint8_t protocol = 0;     // IP protocol number
  uint8_t icmp_type = 0, icmp_code = 0;  // of the first packet
  uint8_t icmp_answer_type = 0, icmp_answer_code = 0;
  uint32_t spi = 0;  // ESP
  uint8_t vlan_count = 0;
  std::array<uint16_t, 3> vlan{};
  State state = State::kNew;
  End end = End::kNone;
  bool has_packets_both_ways = false;
  bool midstream = false, async = false;
  bool first_is_low = true;  // which end of its FlowKey the client is
  bool swapped = false;      // client and server were exchanged after the first packets
  WallTime first_time, last_time;
  // By direction (index()).
  std::array<uint64_t, 2> packets{}, bytes{};
  // TCP, of each sender: sequence numbers used so far, the SYN's included (next minus first): the
  // rule keyword stream_size.
  std::array<uint64_t, 2> stream_size{};
  std::array<uint8_t, 2> tcp_flags{};
  std::array<uint8_t, 2> ttl_min{}, ttl_max{};

  // Application layer. `app_by`: what each direction's own bytes looked like.
  AppProtocol app = AppProtocol::kUnknown;
  std::array<AppProtocol, 2> app_by{AppProtocol::kUnknown, AppProtocol::kUnknown};
  AppProtocol app_expected = AppProtocol::kUnknown, app_original = AppProtocol::kUnknown;
  AppProtocol app_next = AppProtocol::kUnknown;  // of a change that is asked for
  std::unique_ptr<AppParser> parser;
  // kLooking: which protocol it is, is not known of this direction's bytes yet. kIgnored: the
  // parser wants no more of them, or there is none.
  enum class Side : uint8_t { kLooking, kParsing, kIgnored };
  std::array<Side, 2> side{Side::kLooking, Side::kLooking};
  bool change_due = false;  // the parser has asked for another protocol from here on
  // The parser has finished (ParseStatus::kFinished): what follows is encrypted, and payload and
  // stream tell rules nothing any more.
  bool opaque = false;
  // What a parser left to the one it handed over to (FlowContext::carried_fields).
  std::unique_ptr<std::vector<std::pair<std::string, std::string>>> carried;
  std::string expected_label;  // FlowContext::Expected::label of the flow that announced this one

  uint64_t transactions_seen = 0;  // whose record is done

  // Verdicts that hold for all that follows. Set by the Inspector; `dropped` only matters in IPS
  // mode.
  bool passed = false;
  bool dropped = false;
  ExceptionPolicy midstream_policy = ExceptionPolicy::kNone;  // applied as its start was not seen
  // Set by whoever concluded an alert on it: EVE's flow.alerted.
  bool alerted = false;
  std::unique_ptr<DetectionMemo> memo;

  std::unique_ptr<TransportState> transport;  // nullptr: nothing is kept
};

}  // namespace picket::inspect
