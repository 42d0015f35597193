// SPDX-License-Identifier: Apache-2.0
#include "inspect/stream/packet_worker.h"

#include <algorithm>
#include <utility>

#include "inspect/stream/half_bytes.h"

namespace picket::inspect::stream {
namespace {

namespace proto = packet::ip_protocol;
using packet::Packet;
using packet::PacketEvent;

TcpSession& session_of(PacketFlow& flow) { return static_cast<TcpSession&>(*flow.transport); }

constexpr int kChangesMax = 4;  // of protocol, within one packet

}  // namespace

PacketWorker::PacketWorker(const Parts& parts)
    : parts_(parts),
      app_(parts.app_settings, parts.protocols),
      table_(
          parts.timeouts, [this](PacketFlow& flow) { end_flow(flow); }, parts.flows_max) {}

PacketWorker::~PacketWorker() = default;

void PacketWorker::finish() { table_.end_all(); }

void PacketWorker::swap_sides(PacketFlow& flow) {
  std::swap(flow.client, flow.server);
  std::swap(flow.packets[0], flow.packets[1]);
  std::swap(flow.bytes[0], flow.bytes[1]);
  std::swap(flow.tcp_flags[0], flow.tcp_flags[1]);
  std::swap(flow.ttl_min[0], flow.ttl_min[1]);
  std::swap(flow.ttl_max[0], flow.ttl_max[1]);
  std::swap(flow.app_by[0], flow.app_by[1]);
  std::swap(flow.side[0], flow.side[1]);
  if (flow.transport) session_of(flow).swap_sides();
  flow.swapped = !flow.swapped;
  flow.first_is_low = !flow.first_is_low;
}

PacketFlow* PacketWorker::flow_of(const Packet& packet, Direction& direction) {
  FlowTuple tuple;
  if (!flow_tuple(packet, tuple)) return nullptr;
  const uint64_t hash = tuple.key.hash();
  PacketFlow* flow = table_.find(tuple.key, hash);
  if (flow == nullptr) {
    if (tuple.quoted) return nullptr;
    flow = &table_.add(tuple.key, hash, packet.time);
    flow->client = tuple.source;
    flow->server = tuple.destination;
    flow->protocol = tuple.protocol;
    flow->first_is_low = tuple.source_is_low;
    flow->vlan = packet.vlan;
    flow->vlan_count = packet.vlan_count;
    flow->spi = packet.esp_spi;
    if (packet.is_icmp()) {
      flow->client.port = flow->server.port = 0;
      flow->icmp_type = packet.icmp.type;
      flow->icmp_code = packet.icmp.code;
    }
    if (!app_.expected().empty()) app_.expected().take(*flow, packet.time);
  }
  const bool from_client = flow->first_is_low == tuple.source_is_low;
  direction = from_client != tuple.quoted ? Direction::kToServer : Direction::kToClient;
  return flow;
}

void PacketWorker::count(PacketFlow& flow, const Packet& packet, Direction direction) {
  const unsigned at = index(direction);
  if (flow.packets[at]++ == 0) {
    flow.ttl_min[at] = flow.ttl_max[at] = packet.ttl;
    if (at == 1 && packet.is_icmp()) {
      flow.icmp_answer_type = packet.icmp.type;
      flow.icmp_answer_code = packet.icmp.code;
    }
  }
  flow.ttl_min[at] = std::min(flow.ttl_min[at], packet.ttl);
  flow.ttl_max[at] = std::max(flow.ttl_max[at], packet.ttl);
  flow.bytes[at] += packet.frame.size();
  flow.last_time = std::max(flow.last_time, packet.time);
  flow.has_packets_both_ways = flow.packets[0] != 0 && flow.packets[1] != 0;
  if (flow.protocol != proto::kTcp) {
    if (flow.has_packets_both_ways && flow.state == PacketFlow::State::kNew)
      flow.state = PacketFlow::State::kEstablished;
  } else if (packet.is_tcp()) {
    flow.tcp_flags[at] |= packet.tcp.flags;
  }
}

void PacketWorker::work(Packet& packet) {
  now_ = std::max(now_, packet.time);
  table_.expire(packet.time);
  PacketContext context{.packet = packet,
                        .settings = parts_.settings,
                        .ips = parts_.ips,
                        .app_events = {},
                        .matches = {},
                        .app_settings = &parts_.app_settings};
  context.flow = flow_of(packet, context.direction);
  if (context.flow != nullptr) {
    count(*context.flow, packet, context.direction);
    context.opaque = context.flow->opaque;
    if (parts_.ips && context.flow->dropped) {
      context.drop_reason = context.flow->midstream_policy > ExceptionPolicy::kIgnore
                                ? DropReason::kExceptionFlow
                                : DropReason::kFlowDrop;
      return parts_.sink.on_packet(context, Verdict::kDrop);
    }
    if (context.flow->state == PacketFlow::State::kBypassed)
      return parts_.sink.on_packet(context, Verdict::kAccept);
    if (packet.is_tcp())
      tcp(context);
    else if (packet.is_udp())
      udp(context);
    else
      context.established = context.flow->has_packets_both_ways;
  }
  inspect(context);
  if (context.flow == nullptr) return;
  record(*context.flow, packet);
  if (context.flow->transport) release(*context.flow);
}

void PacketWorker::inspect(PacketContext& context) {
  Verdict verdict = Verdict::kAccept;
  if (parts_.inspector == nullptr) return parts_.sink.on_packet(context, verdict);
  std::optional<HalfBytes> bytes;
  if (context.flow && context.flow->transport) {
    bytes.emplace(session_of(*context.flow), context.direction, parts_.options, context.in_stream);
    context.stream = &*bytes;
  }
  if (context.drop_reason == DropReason::kMidstream && parts_.ips) {
    verdict = context.reject_to == RejectTo::kNobody ? Verdict::kDrop : Verdict::kReject;
  } else {
    // Rules may ask what is wrong with a packet that is dropped for it, but its bytes lead nowhere.
    const Bytes payload = context.packet.payload;
    if (context.drop_reason == DropReason::kStreamError) context.packet.payload = {};
    verdict = parts_.inspector->on_packet(context);
    context.packet.payload = payload;
    if (parts_.ips && context.drop_reason == DropReason::kStreamError && !stops(verdict))
      verdict = Verdict::kDrop;
  }
  parts_.sink.on_packet(context, verdict);
  context.stream = nullptr;
}

void PacketWorker::udp(PacketContext& context) {
  PacketFlow& flow = *context.flow;
  context.established = flow.has_packets_both_ways;
  AppLayer::Fed fed = app_.datagram(flow, context.direction, context.packet.payload,
                                    context.packet.time, context.app_events);
  if (!fed.reversed) return;
  swap_sides(flow);
  context.direction = opposite(context.direction);
  app_.datagram(flow, context.direction, context.packet.payload, context.packet.time,
                context.app_events);
}

void PacketWorker::renew_flow(PacketContext& context) {
  table_.end(*context.flow, PacketFlow::End::kTcpReuse);
  context.flow = flow_of(context.packet, context.direction);
  count(*context.flow, context.packet, context.direction);
}

// False: the flow is not followed.
bool PacketWorker::apply_midstream_policy(PacketContext& context) {
  PacketFlow& flow = *context.flow;
  flow.midstream_policy = parts_.options.midstream_policy;
  switch (flow.midstream_policy) {
    case ExceptionPolicy::kNone:
    case ExceptionPolicy::kIgnore: return true;
    case ExceptionPolicy::kReject: context.reject_to = RejectTo::kBoth; [[fallthrough]];
    case ExceptionPolicy::kDropFlow:
      flow.dropped = true;
      context.drop_reason = DropReason::kMidstream;
      return false;
    case ExceptionPolicy::kBypass: flow.state = PacketFlow::State::kBypassed; return false;
    case ExceptionPolicy::kPassFlow: flow.passed = true; return true;
  }
  return true;
}

void PacketWorker::tcp(PacketContext& context) {
  // What the receiver will not take, because it was damaged on the way, is no part of the stream;
  // rules on the packet itself still look at it.
  const bool damaged = context.packet.transport_checksum == packet::Checksum::kBad;
  if (!damaged && !context.flow->transport)
    context.flow->transport = std::make_unique<TcpSession>();
  context.established =
      context.flow->transport && session_of(*context.flow).state() >= TcpState::kEstablished;
  if (damaged) return;
  TcpStep step = session_of(*context.flow)
                     .on_packet(context.packet, context.direction, *context.flow, parts_.options);
  if (step.reuse) {
    renew_flow(context);
    context.flow->transport = std::make_unique<TcpSession>();
    step = session_of(*context.flow)
               .on_packet(context.packet, context.direction, *context.flow, parts_.options);
  }
  PacketFlow& flow = *context.flow;
  if (step.midstream && !apply_midstream_policy(context)) return;
  if (step.reversed && context.direction == Direction::kToServer) {
    swap_sides(flow);
    context.direction = Direction::kToClient;
  }
  TcpSession& session = session_of(flow);
  // The last packet of a handshake belongs to it, unless it brings the first bytes.
  if (session.state() >= TcpState::kEstablished && !context.packet.payload.empty())
    context.established = true;
  context.in_stream = step.added;
  for (const Direction side : kBothDirections) {
    const TcpHalf& half = session.half(side);
    flow.stream_size[index(side)] = half.next + (half.syn_seen ? 1 : 0);
  }
  if (!step.valid) {
    if (parts_.ips && parts_.options.drop_invalid && !step.harmless &&
        session.state() != TcpState::kNone)
      context.drop_reason = DropReason::kStreamError;
    return;
  }
  feed(context, opposite(context.direction));
  feed(context, context.direction);
}

void PacketWorker::feed(PacketContext& context, Direction direction) {
  if (!context.flow->transport) return;
  for (int changes = 0; changes < kChangesMax; ++changes) {
    // Another protocol begins with the next bytes; until then the one before is looked at.
    if (context.flow->change_due) {
      const TcpSession& session = session_of(*context.flow);
      if (session.visible_end(direction, parts_.options) <= session.half(direction).app_done)
        return;
      change_protocol(*context.flow);
    }
    // Bounded: each round takes bytes, skips a hole, or ends it.
    while (feed_once(context, session_of(*context.flow), direction)) continue;
    if (!context.flow->change_due) return;
  }
}

bool PacketWorker::feed_once(PacketContext& context, TcpSession& session, Direction direction) {
  PacketFlow& flow = *context.flow;
  TcpHalf& half = session.half(direction);
  if (flow.change_due) return false;
  const uint64_t end = session.visible_end(direction, parts_.options);
  const bool finished = session.all_visible || (half.fin_seen && end == half.fin_at);
  const bool hole_ahead = half.buffer.has_hole() && half.acked > half.buffer.end();
  const bool last =
      !half.ended && finished && !hole_ahead && (session.all_visible || !half.buffer.has_hole());
  if (end > half.app_done || last) {
    const Bytes bytes = end > half.app_done ? half.buffer.bytes(half.app_done, end) : Bytes{};
    if (last || bytes.size() >= half.need) {
      const AppLayer::Fed fed =
          app_.feed(flow, direction, bytes, last, context.packet.time, context.app_events);
      if (fed.reversed) {
        swap_sides(flow);
        context.direction = opposite(context.direction);
        return feed_once(context, session, opposite(direction));
      }
      if (last) half.ended = true;
      take_fed(context, session, direction, fed);
      if (fed.changed) return false;
      if (fed.consumed > 0 && half.app_done < end && fed.need == 0) return true;
    }
  }
  return skip_gap(context, session, direction);
}

void PacketWorker::take_fed(PacketContext& context, TcpSession& session, Direction direction,
                            const AppLayer::Fed& fed) {
  TcpHalf& half = session.half(direction);
  half.app_done += fed.consumed;
  half.need = fed.need;
  const uint64_t waiting = half.buffer.end() - std::min(half.buffer.end(), half.app_done);
  // A parser that has taken all there is stands at the end of a message: a good time for rules,
  // too.
  const bool parsing = context.flow->side[index(direction)] == PacketFlow::Side::kParsing;
  if (parsing && fed.consumed > 0 &&
      half.app_done >= session.visible_end(direction, parts_.options))
    half.raw_due = true;
  if (waiting > AppParser::kWindowMax) {
    app_.gap(*context.flow, direction, waiting, context.packet.time);
    half.app_done += waiting;
    half.need = 0;
  }
  // The last that rules see of the stream is what came before it was encrypted.
  if (context.flow->opaque)
    for (const Direction side : kBothDirections) session.half(side).raw_due = true;
  if (fed.changed) context.flow->change_due = true;
  if (fed.new_bytes_due) feed(context, opposite(direction));
}

bool PacketWorker::skip_gap(PacketContext& context, TcpSession& session, Direction direction) {
  TcpHalf& half = session.half(direction);
  const uint64_t end = half.buffer.end();
  uint64_t to = 0;
  // What was acknowledged came, but not past here. At the end a hole may be known in part.
  if (half.buffer.has_hole() && (session.all_visible || half.acked >= half.buffer.hole_end()))
    to = std::min(half.acked, half.buffer.hole_end());
  else if (!half.buffer.has_hole() && half.acked > end + 1 && !half.depth_reached)
    to = half.fin_seen ? std::min(half.acked, half.fin_at) : half.acked;
  if (to <= end) return false;
  if (!session.all_visible) {
    // What nobody acknowledged before the end may never have been delivered: no loss of ours.
    context.packet.add_event(PacketEvent::k_stream_reassembly_seq_gap);
    half.gap = true;
  }
  // Rules see what stands before the hole, while it is there.
  if (end > half.raw_done) look_at_end(*context.flow, direction);
  app_.gap(*context.flow, direction, to - std::min(to, half.app_done), context.packet.time);
  half.give_up_hole(to);
  return true;
}

void PacketWorker::change_protocol(PacketFlow& flow) {
  Packet none;
  none.time = now_;
  if (flow.parser)
    for (auto& transaction : flow.parser->transactions()) transaction->force_log = true;
  record(flow, none);
  app_.finish_change(flow);
  flow.change_due = false;
}

void PacketWorker::release(PacketFlow& flow) {
  TcpSession& session = session_of(flow);
  for (const Direction direction : kBothDirections) {
    TcpHalf& half = session.half(direction);
    const uint64_t end = session.visible_end(direction, parts_.options);
    if (flow.opaque && half.raw_done >= end) half.raw_over = true;
    if (parts_.inspector == nullptr || half.raw_over) half.raw_done = end;
    const uint64_t needed = std::min(half.app_done, half.raw_keep());
    if (needed > half.buffer.begin()) half.before_hole.reset();
    half.buffer.release(needed);
  }
  if (flow.state != PacketFlow::State::kClosed) return;
  for (const Direction direction : kBothDirections) session.half(direction).buffer.rest();
}

}  // namespace picket::inspect::stream
