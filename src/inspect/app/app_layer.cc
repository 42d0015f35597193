// SPDX-License-Identifier: Apache-2.0
#include "inspect/app/app_layer.h"

#include <algorithm>
#include <utility>

#include "base/counter.h"
#include "packet/packet.h"

namespace picket::inspect {
namespace {

Counter unknown{"app.unknown", "directions of flows whose application protocol is not known"};
Counter given_up{"app.given_up", "flows whose parser gave up in the middle"};
Counter transactions_full{"app.transactions_full",
                          "transactions ended early because their flow had too many"};
Counter expected_full{"app.expected_full", "announced flows forgotten because there were too many"};

using Verdict = ProtocolDescriptor::Verdict;
using Side = PacketFlow::Side;

bool same_or_any(const Endpoint& announced, const Endpoint& seen) {
  return (announced.address.is_unspecified() || announced.address == seen.address) &&
         (announced.port == 0 || announced.port == seen.port);
}

// Who opened a flow is known where its beginning was seen, or where the other side has spoken
// before.
bool may_swap(const PacketFlow& flow, bool tcp, Direction direction) {
  if (flow.swapped) return false;
  return tcp ? flow.midstream : flow.packets[index(opposite(direction))] == 0;
}

}  // namespace

void ExpectedFlows::add(const FlowContext::Expected& expected, WallTime now) {
  if (expected_.size() >= kExpectedMax) {
    expected_full.add();
    expected_.erase(expected_.begin());
  }
  expected_.push_back({expected, now});
}

bool ExpectedFlows::take(PacketFlow& flow, WallTime now) {
  const bool tcp = flow.protocol == packet::ip_protocol::kTcp;
  std::erase_if(expected_, [&](const Entry& entry) {
    return now.ns - entry.made.ns > static_cast<int64_t>(kKeptNs);
  });
  for (auto at = expected_.begin(); at != expected_.end(); ++at) {
    const FlowContext::Expected& wanted = at->flow;
    if (wanted.tcp != tcp || !same_or_any(wanted.server, flow.server)) continue;
    if (!wanted.client.is_unspecified() && wanted.client != flow.client.address) continue;
    flow.app_expected = wanted.protocol;
    flow.expected_label = wanted.label;
    expected_.erase(at);
    return true;
  }
  return false;
}

AppLayer::AppLayer(const AppSettings& settings, std::span<const ProtocolDescriptor> table)
    : settings_(settings), table_(table) {}

FlowContext AppLayer::context_of(const PacketFlow& flow, bool tcp, WallTime now) {
  FlowContext context;
  context.client = flow.client;
  context.server = flow.server;
  context.tcp = tcp;
  context.settings = &settings_;
  context.ranges = &ranges_;
  context.now = now;
  context.announced_as = flow.expected_label;
  return context;
}

const ProtocolDescriptor* AppLayer::descriptor(AppProtocol protocol, bool tcp) const {
  for (const ProtocolDescriptor& entry : table_)
    if (entry.protocol == protocol && (tcp ? entry.over_tcp : entry.over_udp)) return &entry;
  return nullptr;
}

AppLayer::Found AppLayer::look(const PacketFlow& flow, bool tcp, Direction direction, Bytes bytes,
                               AppProtocol& protocol) const {
  bool more = false;
  for (const ProtocolDescriptor& entry : table_) {
    if (!(tcp ? entry.over_tcp : entry.over_udp) || entry.probe == nullptr) continue;
    const bool hint =
        std::find(entry.ports.begin(), entry.ports.end(), flow.server.port) != entry.ports.end() ||
        std::find(entry.ports.begin(), entry.ports.end(), flow.client.port) != entry.ports.end();
    switch (entry.probe(direction, bytes, hint)) {
      case Verdict::kNo: break;
      case Verdict::kMore: more = true; break;
      case Verdict::kYes: protocol = entry.protocol; return Found::kFound;
      case Verdict::kReversed:
        protocol = entry.protocol;
        return may_swap(flow, tcp, direction) ? Found::kReversed : Found::kFound;
    }
  }
  if (more) return Found::kMore;
  // Of a flow whose start was not seen these may be the server's words.
  if (!tcp || !may_swap(flow, tcp, direction)) return Found::kNothing;
  for (const ProtocolDescriptor& entry : table_) {
    if (!entry.over_tcp || entry.probe == nullptr) continue;
    if (entry.probe(opposite(direction), bytes, false) != Verdict::kYes) continue;
    protocol = entry.protocol;
    return Found::kReversed;
  }
  return Found::kNothing;
}

bool AppLayer::start_parser(PacketFlow& flow, AppProtocol protocol, bool tcp) {
  flow.app = protocol;
  const ProtocolDescriptor* entry = descriptor(protocol, tcp);
  if (entry == nullptr || entry->make == nullptr) {
    ignore(flow);
    return false;
  }
  FlowContext context = context_of(flow, tcp, flow.last_time);
  context.came_from = flow.app_original;
  if (flow.carried) context.carried_fields = std::move(*flow.carried);
  flow.carried.reset();
  flow.parser = entry->make(context);
  if (!flow.parser) ignore(flow);
  return flow.parser != nullptr;
}

void AppLayer::ignore(PacketFlow& flow) { flow.side = {Side::kIgnored, Side::kIgnored}; }

void AppLayer::settle_other_side(PacketFlow& flow, bool tcp, Direction direction, Bytes bytes,
                                 std::vector<Transaction::Event>& events) {
  const ProtocolDescriptor* entry = descriptor(flow.app, tcp);
  const bool hint = entry && std::find(entry->ports.begin(), entry->ports.end(),
                                       flow.server.port) != entry->ports.end();
  AppProtocol& by = flow.app_by[index(direction)];
  by = flow.app;
  flow.side[index(direction)] = Side::kParsing;
  if (entry == nullptr || entry->probe == nullptr) return;
  if (entry->probe(direction, bytes, hint) != Verdict::kNo) return;
  AppProtocol another = AppProtocol::kUnknown;
  switch (look(flow, tcp, direction, bytes, another)) {
    case Found::kFound:
      if (another == flow.app) return;
      by = another;
      events.push_back({"applayer_mismatch_protocol_both_directions", direction});
      return;
    case Found::kNothing:
      by = AppProtocol::kFailed;
      events.push_back({"applayer_detect_protocol_only_one_direction", direction});
      return;
    default: return;
  }
}

bool AppLayer::settle_protocol(PacketFlow& flow, bool tcp, Direction direction, Bytes bytes,
                               bool last, Fed& fed, std::vector<Transaction::Event>& events) {
  Side& side = flow.side[index(direction)];
  if (flow.parser) {
    settle_other_side(flow, tcp, direction, bytes, events);
    return true;
  }
  // A flow may be announced after its first packet (FTP in passive mode), but before its first
  // bytes.
  if (flow.app_expected == AppProtocol::kUnknown && !expected_.empty())
    expected_.take(flow, flow.last_time);
  if (flow.app_expected != AppProtocol::kUnknown) {
    const AppProtocol expected = std::exchange(flow.app_expected, AppProtocol::kUnknown);
    if (start_parser(flow, expected, tcp)) {
      flow.app_by = {expected, expected};
      flow.side = {Side::kParsing, Side::kParsing};
      return true;
    }
    side = Side::kLooking;
    flow.side[index(opposite(direction))] = Side::kLooking;
    flow.app = AppProtocol::kUnknown;
  }
  AppProtocol protocol = AppProtocol::kUnknown;
  switch (look(flow, tcp, direction, bytes, protocol)) {
    case Found::kReversed: fed.reversed = true; return false;
    case Found::kFound:
      flow.app_by[index(direction)] = protocol;
      side = Side::kParsing;
      fed.new_bytes_due = true;
      return start_parser(flow, protocol, tcp);
    case Found::kMore:
      if (!last && tcp && bytes.size() < kProbeBytesMax) return false;
      [[fallthrough]];
    case Found::kNothing: break;
  }
  // This side says nothing; the other one may still (its bytes stay until then).
  flow.app_by[index(direction)] = AppProtocol::kFailed;
  const bool both = flow.app_by[index(opposite(direction))] == AppProtocol::kFailed;
  unknown.add();
  if (both || !tcp) {
    flow.app = AppProtocol::kFailed;
    if (both) ignore(flow);
  }
  return false;
}

AppLayer::Fed AppLayer::feed(PacketFlow& flow, Direction direction, Bytes bytes, bool last,
                             WallTime now, std::vector<Transaction::Event>& events) {
  Fed fed;
  const unsigned at = index(direction);
  if (flow.side[at] == Side::kIgnored) {
    fed.consumed = bytes.size();
    return fed;
  }
  if (flow.side[at] == Side::kLooking) {
    if (bytes.empty()) return fed;
    if (flow.app_by[at] == AppProtocol::kFailed && !flow.parser) {
      if (bytes.size() > kProbeBytesMax) fed.consumed = bytes.size() - kProbeBytesMax;
      return fed;
    }
    if (!settle_protocol(flow, true, direction, bytes, last, fed, events)) {
      if (flow.side[at] == Side::kIgnored) fed.consumed = bytes.size();
      return fed;
    }
  }
  const bool due = fed.new_bytes_due;
  fed = parse(flow, true, direction, bytes, last, now);
  fed.new_bytes_due = due;
  return fed;
}

AppLayer::Fed AppLayer::parse(PacketFlow& flow, bool tcp, Direction direction, Bytes bytes,
                              bool last, WallTime now) {
  Fed fed;
  FlowContext context = context_of(flow, tcp, now);
  const ParseResult result = flow.parser->on_data(direction, bytes, last, context);
  fed.consumed = tcp ? std::min(result.consumed, bytes.size()) : bytes.size();
  fed.need = result.need;
  if (result.status == ParseStatus::kFailed) {
    given_up.add();
    ignore(flow);
    fed.consumed = bytes.size();
  } else if (result.status == ParseStatus::kFinished) {
    ignore(flow);
    flow.opaque = true;
    fed.consumed = bytes.size();
  }
  take_context(flow, context, fed);
  auto& open = flow.parser->transactions();
  while (open.size() > AppParser::kTransactionsMax) {
    transactions_full.add();
    open.pop_front();
  }
  return fed;
}

void AppLayer::take_context(PacketFlow& flow, FlowContext& context, Fed& fed) {
  for (const FlowContext::Expected& announced : context.expected)
    expected_.add(announced, context.now);
  if (context.known_as && *context.known_as != flow.app) {
    flow.app_original = flow.app;
    flow.app = *context.known_as;
  }
  if (!context.change_to) return;
  flow.app_original = flow.app;
  flow.app_next = *context.change_to;
  if (!context.carried_fields.empty())
    flow.carried = std::make_unique<std::vector<std::pair<std::string, std::string>>>(
        std::move(context.carried_fields));
  fed.changed = true;
}

void AppLayer::finish_change(PacketFlow& flow) {
  flow.parser.reset();
  flow.app = AppProtocol::kUnknown;
  flow.app_by = {AppProtocol::kUnknown, AppProtocol::kUnknown};
  flow.side = {Side::kLooking, Side::kLooking};
  flow.app_expected = std::exchange(flow.app_next, AppProtocol::kUnknown);
}

void AppLayer::gap(PacketFlow& flow, Direction direction, uint64_t lost, WallTime now) {
  const unsigned at = index(direction);
  if (flow.side[at] != Side::kParsing || !flow.parser) {
    // What a protocol starts with is gone.
    if (!flow.parser && flow.app_by[at] == AppProtocol::kUnknown)
      flow.app_by[at] = AppProtocol::kFailed;
    return;
  }
  FlowContext context = context_of(flow, true, now);
  if (flow.parser->on_gap(direction, lost, context) == ParseStatus::kFailed) {
    given_up.add();
    ignore(flow);
  }
  Fed fed;
  take_context(flow, context, fed);
}

AppLayer::Fed AppLayer::datagram(PacketFlow& flow, Direction direction, Bytes bytes, WallTime now,
                                 std::vector<Transaction::Event>& events) {
  Fed fed;
  const unsigned at = index(direction);
  fed.consumed = bytes.size();
  if (flow.side[at] == Side::kIgnored || bytes.empty()) return fed;
  if (flow.side[at] == Side::kLooking &&
      !settle_protocol(flow, false, direction, bytes, true, fed, events))
    return fed;
  return parse(flow, false, direction, bytes, false, now);
}

void AppLayer::end(PacketFlow& flow, WallTime now) {
  if (!flow.parser) return;
  FlowContext context = context_of(flow, flow.protocol == packet::ip_protocol::kTcp, now);
  flow.parser->on_end(context);
}

}  // namespace picket::inspect
