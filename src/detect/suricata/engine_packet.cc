// SPDX-License-Identifier: Apache-2.0
// Rules on packets and streams.
#include <algorithm>

#include "detect/suricata/app_protocols.h"
#include "detect/suricata/engine.h"

namespace picket::detect::suricata {
namespace {

using inspect::Direction;
using Transport = Prefilter::Transport;

constexpr uint64_t kStreamBefore = 16'384;  // bytes before fresh ones that rules may still need

Transport transport_of(const packet::Packet& packet) {
  // By what the IP header says: rules see fragments and broken headers, too.
  if (packet.ip_version == 0) return Transport::kOther;
  if (packet.protocol == packet::ip_protocol::kTcp) return Transport::kTcp;
  return packet.protocol == packet::ip_protocol::kUdp ? Transport::kUdp : Transport::kOther;
}

bool protocol_matches(const Rule& rule, const packet::Packet& packet) {
  if (rule.has(kPacketHeaderOnly)) return true;
  if (packet.ip_version == 0) return false;
  if ((rule.v4_only && packet.ip_version != 4) || (rule.v6_only && packet.ip_version != 6))
    return false;
  return rule.any_protocol || packet.protocol == rule.protocol ||
         (rule.second_protocol != 0 && packet.protocol == rule.second_protocol);
}

// Where they cannot be read they are 0, which "any" holds.
bool has_ports(const packet::Packet& packet) {
  return packet.protocol == packet::ip_protocol::kTcp ||
         packet.protocol == packet::ip_protocol::kUdp ||
         packet.protocol == packet::ip_protocol::kSctp;
}

Bytes header_bytes(HeaderBuffer which, const packet::Packet& packet,
                   std::array<uint8_t, 16>& spare) {
  auto transport = [&](uint8_t protocol) {
    return packet.has_transport && packet.protocol == protocol ? packet.transport_header : Bytes();
  };
  auto address = [&](const IpAddress& ip) {
    spare = ip.bytes();
    return ip.is_v4() ? Bytes(spare).subspan(12) : Bytes(spare);
  };
  switch (which) {
    case HeaderBuffer::kIpv4: return packet.ip_version == 4 ? packet.ip_header : Bytes();
    case HeaderBuffer::kIpv6: return packet.ip_version == 6 ? packet.ip_header : Bytes();
    case HeaderBuffer::kTcp: return transport(packet::ip_protocol::kTcp);
    case HeaderBuffer::kUdp: return transport(packet::ip_protocol::kUdp);
    case HeaderBuffer::kIcmpv4: return transport(packet::ip_protocol::kIcmp);
    case HeaderBuffer::kIcmpv6: return transport(packet::ip_protocol::kIcmpv6);
    case HeaderBuffer::kSctp: return transport(packet::ip_protocol::kSctp);
    case HeaderBuffer::kIgmp:
      return packet.protocol == packet::ip_protocol::kIgmp ? packet.ip_payload : Bytes();
    case HeaderBuffer::kEthernet:
      return packet.has_ethernet ? packet.frame.first(std::min<size_t>(14, packet.frame.size()))
                                 : Bytes();
    case HeaderBuffer::kIpSource: return packet.ip_version == 0 ? Bytes() : address(packet.source);
    case HeaderBuffer::kIpDestination:
      return packet.ip_version == 0 ? Bytes() : address(packet.destination);
    case HeaderBuffer::kNone: break;
  }
  return {};
}

// What a datagram of a known protocol said, for the alerts of rules on the datagram: the first
// transaction of its direction that is still to be looked at.
inspect::Transaction* transaction_of_datagram(inspect::PacketFlow* flow, Direction direction) {
  if (flow == nullptr || !flow->parser) return nullptr;
  for (const auto& transaction : flow->parser->transactions())
    if (!transaction->inspected[inspect::index(direction)]) return transaction.get();
  return nullptr;
}

}  // namespace

// `offset`: where in the payload or stream these bytes begin. A match counts when it ends behind
// `beyond` of them.
void Engine::scan_payload(Prefilter::Source source, Transport transport, Bytes bytes,
                          uint64_t offset, size_t beyond) {
  using Search = Prefilter::Search;
  const inspect::PacketFlow* flow = scope_.flow();
  const bool quiet = flow != nullptr && flow->stream_size[inspect::index(Direction::kToClient)] <
                                            static_cast<uint64_t>(kServerQuietBytes);
  const auto add = [this](uint32_t place) { add_candidate(place); };
  auto scan = [&](Direction direction) {
    const auto& groups = prefilter_.payload_groups(transport, direction);
    for (size_t search = 0; search < groups.size(); ++search) {
      if (!groups[search]) continue;
      const Prefilter::PayloadGroup& group = *groups[search];
      if (candidates_mode_ == Candidates::kAll) {
        const auto patterns = static_cast<uint32_t>(group.group.first_rule.size() - 1);
        for (uint32_t pattern = 0; pattern < patterns; ++pattern)
          group.visit(pattern, source, 0, add);
        continue;
      }
      if (static_cast<Search>(search) == Search::kQuiet && !quiet) continue;
      Bytes area = bytes;
      if (static_cast<Search>(search) == Search::kShortAhead)
        area = offset >= Prefilter::kAheadBytes
                   ? Bytes()
                   : bytes.first(std::min<size_t>(bytes.size(), Prefilter::kAheadBytes - offset));
      auto on_match = [&](uint32_t pattern, size_t to) {
        if (to > beyond) group.visit(pattern, source, offset + to, add);
      };
      group.group.index.scan(area, scratch_, on_match);
    }
  };
  scan(scope_.direction);
  if (flow == nullptr) scan(opposite(scope_.direction));  // no flow: no direction either
}

void Engine::gather_stream_candidates(Transport transport) {
  const inspect::StreamBytes& stream = *scope_.context->stream;
  Bytes window = stream.window();
  uint64_t from = std::min<uint64_t>(
      stream.fresh_from() - std::min(stream.fresh_from(), stream.window_offset()), window.size());
  // A pattern may begin before what is new; it counts when it ends in it.
  constexpr size_t kOverlap = 64;
  size_t start = from > kOverlap ? from - kOverlap : 0;
  scan_payload(Prefilter::Source::kStream, transport, window.subspan(start),
               stream.window_offset() + start, from - start);
}

void Engine::gather_plain_candidates(Transport transport, bool payload) {
  const packet::Packet& packet = scope_.packet();
  const Prefilter::PlainRules& plain = prefilter_.plain_rules(transport);
  const auto add = [this](uint32_t place) { add_candidate(place); };
  const bool by_port = has_ports(packet) && candidates_mode_ == Candidates::kPrefiltered;
  for (const PortRules* rules : {&plain.all, payload ? &plain.with_payload : nullptr}) {
    if (rules == nullptr) continue;
    if (by_port)
      rules->visit(packet.source_port, packet.destination_port, add);
    else
      rules->visit_all(add);
  }
}

void Engine::gather_packet_candidates() {
  const packet::Packet& packet = scope_.packet();
  Transport transport = transport_of(packet);
  bool real = packet.carrier != packet::Carrier::kStreamEnd;
  const bool payload = !packet.payload.empty() && !scope_.context->opaque;
  if (real && payload) {
    scan_payload(Prefilter::Source::kPacket, transport, packet.payload, 0, 0);
    if (transport == Transport::kTcp && !scope_.context->in_stream)
      scan_payload(Prefilter::Source::kStream, transport, packet.payload, 0, 0);
  }
  if (stream_ready_) gather_stream_candidates(transport);
  if (packet.ip_version != 0) gather_plain_candidates(transport, stream_ready_ || payload);
  if (real)
    for (uint32_t place : prefilter_.header_only_rules()) add_candidate(place);
}

void Engine::look_at_packet() {
  begin_candidates();
  gather_packet_candidates();
  std::sort(candidates_.begin(), candidates_.end());
  for (uint32_t place : candidates_) evaluate_packet_rule(place);
}

bool Engine::header_matches(const Rule& rule) const {
  const packet::Packet& packet = scope_.packet();
  if (!protocol_matches(rule, packet)) return false;
  if (rule.has(kPacketHeaderOnly) && packet.ip_version == 0)
    return rule.source == 0 && rule.destination == 0;
  bool ports = has_ports(packet);
  auto holds = [&](const IpAddress& source, const IpAddress& destination, uint16_t source_port,
                   uint16_t destination_port) {
    if (rule.source != 0 && !set_.addresses[rule.source].contains(source)) return false;
    if (rule.destination != 0 && !set_.addresses[rule.destination].contains(destination))
      return false;
    if (!ports) return true;
    if (rule.source_ports != 0 && !set_.ports[rule.source_ports].contains(source_port))
      return false;
    return rule.destination_ports == 0 ||
           set_.ports[rule.destination_ports].contains(destination_port);
  };
  if (holds(packet.source, packet.destination, packet.source_port, packet.destination_port))
    return true;
  return rule.has(kBothWays) &&
         holds(packet.destination, packet.source, packet.destination_port, packet.source_port);
}

bool Engine::flow_state_matches(const Rule& rule) const {
  const inspect::PacketContext& context = *scope_.context;
  const inspect::PacketFlow* flow = context.flow;
  if (rule.has(kNeedsFlow) && flow == nullptr && !rule.has(kStateless)) return false;
  if (flow != nullptr) {
    if (rule.has(kToServer) && context.direction != Direction::kToServer) return false;
    if (rule.has(kToClient) && context.direction != Direction::kToClient) return false;
  }
  if (rule.has(kEstablished) && !context.established) return false;
  if (rule.has(kNotEstablished) && context.established) return false;
  if (rule.has(kFlowStart) &&
      (flow == nullptr || flow->packets[inspect::index(context.direction)] != 1))
    return false;
  return true;
}

bool Engine::packet_checks_match(const Rule& rule) {
  for (const PacketCheck* check : rule.packet_checks)
    if (!check->matches(scope_)) return false;
  return true;
}

bool Engine::packet_buffers_match(const Rule& rule) {
  if (rule.packet_buffers.empty()) return true;
  std::vector<uint8_t> spare, to;
  for (const BufferList& list : rule.packet_buffers) {
    const BufferSlot& slot = set_.slots[list.slot];
    std::array<uint8_t, 16> address;
    Bytes bytes =
        slot.source == BufferSlot::Source::kPayload
            ? (scope_.context->opaque ? Bytes() : scope_.packet().payload)
            : header_bytes(static_cast<HeaderBuffer>(slot.header), scope_.packet(), address);
    if (bytes.empty()) return false;
    auto made = transformed(slot.transforms, bytes, spare, to);
    if (!made) return false;
    BufferWalk walk{*made, 0, true, slot.name, scope_};
    if (!walk_matches(list.checks, walk)) return false;
  }
  return true;
}

bool Engine::payload_matches(const Rule& rule, bool& on_stream) {
  const inspect::PacketContext& context = *scope_.context;
  const packet::Packet& packet = context.packet;
  if (rule.has(kStream) && stream_ready_) {
    Bytes window = context.stream->window();
    uint64_t base = context.stream->window_offset(), fresh = context.stream->fresh_from();
    // Without a pattern that is known to end in what is new, what was seen would match again.
    uint64_t before = rule.prefilter.pattern.empty() ? 0 : kStreamBefore;
    uint64_t skip = fresh > base + before ? fresh - base - before : 0;
    skip = std::min<uint64_t>(skip, window.size());
    BufferWalk walk{window.subspan(skip), base + skip, true, "stream", scope_};
    if (walk_matches(rule.payload, walk)) {
      on_stream = true;
      return true;
    }
  }
  if (packet.carrier == packet::Carrier::kStreamEnd) return false;
  if (rule.has(kStream) && !rule.has(kPacketOnly) && (context.in_stream || rule.has(kOnlyStream)))
    return false;
  if (packet.payload.empty() || context.opaque) return false;
  // Damaged bytes reached no parser, so they are of no protocol.
  if (packet.is_tcp() && packet.transport_checksum == packet::Checksum::kBad &&
      rule.app != inspect::AppProtocol::kUnknown)
    return false;
  BufferWalk walk{packet.payload, 0, true, "payload", scope_};
  return walk_matches(rule.payload, walk);
}

void Engine::evaluate_packet_rule(uint32_t place) {
  const RuleCosts::Evaluation measured(costs_, place);
  const Rule& rule = set_.rules[place];
  scope_.rule = &rule;
  if (!flow_state_matches(rule)) return;
  if (rule.app != inspect::AppProtocol::kUnknown) {
    const inspect::PacketFlow* flow = scope_.flow();
    if (flow == nullptr || flow->app == inspect::AppProtocol::kUnknown ||
        !covers(rule.app, flow->app))
      return;
    if (rule.http1_only && flow->app != inspect::AppProtocol::kHttp) return;
  }
  if (!header_matches(rule)) return;
  if (scope_.packet().carrier == packet::Carrier::kStreamEnd && !rule.has(kStream)) return;
  ensure_flow_memo();
  // A rule on addresses alone looks at the first packet of each direction.
  if (rule.has(kIpOnly) && scope_.flow() != nullptr &&
      scope_.flow()->packets[inspect::index(scope_.direction)] > 1)
    return;
  bool once = rule.has(kOncePerFlow) && scope_.flow_memo != nullptr;
  if (once && scope_.flow_memo->fired(place, inspect::index(scope_.direction))) return;
  scope_.evidence = {};
  scope_.evidence_buffer = {};
  scope_.context_json.clear();
  if (!packet_checks_match(rule)) return;
  bool on_stream = false;
  if (!rule.payload.empty() && !payload_matches(rule, on_stream)) return;
  if (!packet_buffers_match(rule)) return;
  if (once) scope_.flow_memo->set_fired(place, inspect::index(scope_.direction));
  if (rule.app != inspect::AppProtocol::kUnknown && scope_.packet().is_udp())
    scope_.transaction = transaction_of_datagram(scope_.flow(), scope_.direction);
  note_match(place, on_stream);
  scope_.transaction = nullptr;
}

}  // namespace picket::detect::suricata
