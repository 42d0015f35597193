// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "detect/suricata/buffer_check.h"
#include "detect/suricata/transform.h"
#include "inspect/app/app_protocol.h"
#include "inspect/app/buffer.h"
#include "inspect/app/inspection.h"

// A rule as the engine evaluates it. Everything here lives in the arena of its RuleSet, is
// immutable once loaded and may be read by any thread.
namespace picket::detect::suricata {

// In the order in which rules are evaluated: a pass comes before what it is to silence.
// The rejects tell the packet's source, its destination, or both.
enum class Action : uint8_t {
  kPass,
  kDrop,
  kReject,
  kRejectDestination,
  kRejectBoth,
  kAlert,
  kConfig
};
inline bool rejects(Action action) {
  return action == Action::kReject || action == Action::kRejectDestination ||
         action == Action::kRejectBoth;
}
inline bool blocks(Action action) { return action == Action::kDrop || rejects(action); }

// A condition on the packet, its flow or the engine's memory.
class PacketCheck {
 public:
  virtual bool matches(MatchScope& scope) const = 0;

 protected:
  ~PacketCheck() = default;
};

// Something to be done when the rule has matched: set a flowbit, store a file.
class MatchEffect {
 public:
  virtual void apply(MatchScope& scope) const = 0;

 protected:
  ~MatchEffect() = default;
};

// Bytes that rules look into: where from, and what is made of them first. One for each distinct
// combination in a rule set.
struct BufferSlot {
  enum class Source : uint8_t { kPayload, kTransaction, kPacketHeader, kFile };
  Source source = Source::kPayload;
  uint8_t header = 0;  // kPacketHeader: a HeaderBuffer
  inspect::BufferId buffer{};
  std::span<const Transform* const> transforms;
  std::string_view name;  // as the rule language spells it

  const inspect::BufferInfo* info() const {
    return source == Source::kTransaction ? &inspect::info(buffer) : nullptr;
  }
  // Searched again and again while it grows, or may come at any time (files).
  bool grows() const {
    return info()->shape == inspect::BufferShape::kBody ||
           buffer == inspect::BufferId::k_file_name || buffer == inspect::BufferId::k_file_magic;
  }
};
enum class HeaderBuffer : uint8_t {
  kNone,
  kIpv4,
  kIpv6,
  kTcp,
  kUdp,
  kIcmpv4,
  kIcmpv6,
  kEthernet,
  kSctp,
  kIgmp,
  kIpSource,
  kIpDestination
};

enum class TxOutcome : uint8_t { kMatch, kNever, kNotYet };
class TxBuffers;

// A condition on a transaction in one direction.
class TxCheck {
 public:
  virtual TxOutcome evaluate(MatchScope& scope, TxBuffers& buffers) const = 0;
  // The direction whose progress this waits for; nullopt: whichever the rule is asked in.
  std::optional<inspect::Direction> direction;

 protected:
  ~TxCheck() = default;
};

// All checks of one buffer.
struct BufferList {
  uint16_t slot = 0;
  bool absent_ok = false;    // absent: or_else: holds when the buffer is not there
  bool absent_only = false;  // absent: holds only then
  BufferChecks checks;
};

// Which pattern of a rule the prefilter looks for.
struct PrefilterPattern {
  Bytes pattern;  // small letters when nocase; empty: the rule has none
  bool nocase = false;
  uint16_t slot = 0;
  uint32_t reach = 0;  // it ends within the first so many bytes; 0: anywhere
};

enum RuleFlag : uint32_t {
  kBothWays = 1 << 0,  // <>
  kToServer = 1 << 1,  // looks at packets to the server / to the client; neither bit: both
  kToClient = 1 << 2,
  kEstablished = 1 << 3,
  kNotEstablished = 1 << 4,
  kStateless = 1 << 5,
  kOnlyStream = 1 << 6,
  kNoStream = 1 << 7,
  kNoAlert = 1 << 8,
  kPacketOnly =
      1 << 9,  // payload checks look at packets / at the stream; neither: no payload checks
  kStream = 1 << 10,
  kOncePerFlow = 1 << 11,    // app-layer-protocol alone: tells when the protocol becomes known
  kTransactional = 1 << 12,  // => : both directions of one transaction
  kFlowStart = 1 << 13,      // only the first packet of a flow, in each direction
  kTargetSource = 1 << 14,
  kTargetDestination = 1 << 15,
  kWantsFilestore = 1 << 16,
  kIpOnly = 1 << 17,  // header alone: once per flow and direction
  kBypass = 1 << 18,
  kPacketHeaderOnly = 1 << 19,  // any packet, also without IP (pkthdr, ether, arp)
  kNeedsFlow = 1 << 20,
  kAlertsPass = 1 << 21,  // a pass that alerts
  // Pass and drop hold for the whole flow: always, or when the match was in its stream. Neither
  // bit: for the packet.
  kActsOnFlow = 1 << 22,
  kActsOnFlowOfStream = 1 << 23,
  kServerQuiet = 1 << 24,  // holds only before the server has sent kServerQuietBytes
};

constexpr int64_t kServerQuietBytes = 16;

struct ThresholdRule;  // threshold.h

struct Rule {
  inspect::RuleFacts facts;
  Action action = Action::kAlert;
  uint32_t flags = 0;
  // Header. `protocols`: IP protocol numbers, ~0 in `any_protocol`.
  bool any_protocol = false, v4_only = false, v6_only = false;
  uint8_t protocol = 0, second_protocol = 0;                  // e.g. icmp and icmpv6
  std::optional<uint8_t> only_protocol;                       // said by ip_proto
  inspect::AppProtocol app = inspect::AppProtocol::kUnknown;  // kUnknown: none asked for
  bool http1_only = false;
  uint16_t source = 0, destination = 0;              // RuleSet::addresses
  uint16_t source_ports = 0, destination_ports = 0;  // RuleSet::ports
  std::span<const PacketCheck* const> packet_checks;
  std::span<const BufferList> packet_buffers;  // payload first, then headers
  BufferChecks payload;                        // on packet or stream
  std::span<const TxCheck* const> tx_checks;
  std::span<const MatchEffect* const> effects;
  std::span<const ThresholdRule* const> thresholds;
  const ThresholdRule* detection_filter = nullptr;
  PrefilterPattern prefilter;

  bool is_tx() const { return !tx_checks.empty(); }
  bool has(RuleFlag flag) const { return (flags & flag) != 0; }
};

}  // namespace picket::detect::suricata
