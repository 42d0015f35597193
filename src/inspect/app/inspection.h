// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "inspect/app/app_settings.h"
#include "inspect/app/packet_flow.h"
#include "inspect/app/settings.h"
#include "inspect/app/transaction.h"
#include "packet/packet.h"

// The seam between the packet pipeline and whoever inspects what passes: the signature engine, a
// test.
//
// Order, for each packet: decoded, defragmented, tied to its flow; TCP state and reassembly;
// in-order bytes to the protocol's parser, which makes transactions; then on_packet(), once; then
// records are written and transactions that are over removed. As sniffers of two-way traffic do,
// bytes count as delivered when the receiver acknowledges them (stream.inline: when they pass), so
// the transactions of one direction mostly appear between two packets of that direction; the
// inspector looks, at each packet, at the packet itself, at the stream bytes and at the
// transactions of the packet's direction. When a flow ends, each direction that has anything left
// uninspected gets a last call with a packet that has no bytes (Carrier::kStreamEnd).
namespace picket::inspect {

// What of a rule its alerts show. Owned by the rule set; lives as long as the Inspector.
struct RuleFacts {
  uint32_t gid = 1, sid = 0, rev = 0;
  uint8_t severity = 3;  // priority: 1 is the worst
  std::string_view message, category;
  std::string_view action;  // as written: alert, drop, reject, pass
  std::span<const std::pair<std::string_view, std::string_view>> metadata;  // sorted by key
  std::span<const std::string_view> references;
  std::string_view file;
  uint32_t line = 0;
  std::string_view text;  // the rule as written; may be empty to save memory
};

// One rule that matched once. Views live until on_packet() is called again.
struct RuleMatch {
  const RuleFacts* rule = nullptr;
  bool blocked = false;  // EVE's alert.action: blocked, else allowed
  // What it matched in.
  Transaction* transaction = nullptr;  // nullptr: packet or stream
  bool on_stream = false;
  std::optional<uint64_t> tx_id;
  // target: keyword: the victim is the packet's source or destination.
  enum class Target : uint8_t { kNone, kSource, kDestination } target = Target::kNone;
  // Evidence: the buffer that the last content matched in, and where.
  std::string_view buffer;
  uint64_t buffer_offset = 0;
  Bytes excerpt;
  // Variables of flow and packet to be shown under "metadata", ready as JSON members; empty: none.
  std::string metadata_json;
  // "alert.context" and the like, ready as JSON members of the alert object; empty: none.
  std::string context_json;
};

enum class Verdict : uint8_t {
  kAccept,
  kPass,  // accepted because a rule says so: no other rule was asked
  kDrop,
  kReject
};
constexpr bool stops(Verdict verdict) {
  return verdict == Verdict::kDrop || verdict == Verdict::kReject;
}
enum class DropReason : uint8_t {
  kNone,
  kRules,
  kFlowDrop,
  kStreamError,
  kThreshold,      // a rate_filter made it so
  kMidstream,      // the flow's start was not seen
  kExceptionFlow,  // the flow was dropped for such a reason before
};
// Whom a reject tells.
enum class RejectTo : uint8_t { kNobody, kSource, kDestination, kBoth };

struct PacketContext {
  packet::Packet& packet;
  PacketFlow* flow = nullptr;  // nullptr: none (not IP, a fragment, a broken packet)
  Direction direction = Direction::kToServer;
  const Settings& settings;
  bool ips = false;  // verdicts are carried out

  // At this packet: flow:established, flow:only_stream...
  bool established = false;
  bool in_stream = false;  // its payload was added to the stream: stream rules see it there
  bool stream_start = false, stream_end = false;
  bool opaque = false;  // the flow was encrypted before it: its payload is not to be looked at
  StreamBytes* stream = nullptr;  // of the packet's direction; nullptr: not TCP, or none is kept
  // Events of the flow's protocol detection (applayer_mismatch_protocol_both_directions ...) that
  // came with this packet; those of transactions are in the transactions.
  std::vector<Transaction::Event> app_events;

  // Out: what matched, in the order of the alerts.
  std::vector<RuleMatch> matches;
  DropReason drop_reason = DropReason::kNone;
  const RuleFacts* drop_rule = nullptr;  // the first that asked for the drop; may have no alert
  RejectTo reject_to = RejectTo::kNobody;
  bool tagged = false;  // a rule that matched before asked for this packet (tag:)
  // What rules captured from this packet, ready as JSON members of EVE's "metadata"; empty:
  // nothing.
  std::string captured_json = {};
  // What the user set about protocols; nullptr in tests that have no worker.
  const AppSettings* app_settings = nullptr;
};

class Inspector {
 public:
  virtual ~Inspector() = default;
  // Fills in context.matches; may set flow->passed, flow->dropped, flow->alerted and memos. For
  // each transaction whose progress() in the packet's direction is Transaction::kDone and that it
  // is done with, it sets transaction.inspected (see there); until then the transaction is kept.
  virtual Verdict on_packet(PacketContext& context) = 0;
  // The flow is about to be forgotten; on_packet() will not see it again.
  virtual void on_flow_end(PacketFlow&) {}
};

}  // namespace picket::inspect
