// SPDX-License-Identifier: Apache-2.0
// PacketWorker: what is recorded, and how flows end.
#include <algorithm>

#include "inspect/stream/half_bytes.h"

namespace picket::inspect::stream {
namespace {

constexpr size_t kFilesMax = 64;  // of one transaction and direction, for the record

bool seen_by_detection(const Transaction& transaction) {
  if (const auto only = transaction.eve_direction()) return transaction.inspected[index(*only)];
  return transaction.inspected[0] && transaction.inspected[1];
}

}  // namespace

void PacketWorker::record_files(PacketFlow& flow, Transaction& transaction,
                                const packet::Packet& packet) {
  const bool waits_for_rules = parts_.app_settings.file_keeper != nullptr &&
                               !parts_.app_settings.keep_every_file &&
                               parts_.inspector != nullptr && !transaction.force_log;
  for (const Direction direction : kBothDirections) {
    for (size_t i = 0; i < kFilesMax; ++i) {
      FileBody* file = transaction.file(direction, i);
      if (file == nullptr) break;
      if (file->logged || file->open()) continue;
      // A rule that has yet to look may want it kept.
      if (waits_for_rules && !transaction.inspected[index(direction)]) continue;
      file->logged = true;
      parts_.sink.on_file(flow, transaction, direction, *file, packet);
    }
  }
}

void PacketWorker::record(PacketFlow& flow, const packet::Packet& packet) {
  if (!flow.parser || (flow.dropped && parts_.ips)) return;
  auto& open = flow.parser->transactions();
  for (auto& transaction : open) {
    record_files(flow, *transaction, packet);
    if (transaction->logged || !(transaction->ready_to_log() || transaction->force_log)) continue;
    transaction->logged = true;
    ++flow.transactions_seen;
    parts_.sink.on_transaction(flow, *transaction, packet);
  }
  std::erase_if(open, [this](const std::unique_ptr<Transaction>& transaction) {
    return transaction->done() && transaction->logged &&
           (parts_.inspector == nullptr || seen_by_detection(*transaction));
  });
}

// One more look at a direction without a packet.
void PacketWorker::look_at_end(PacketFlow& flow, Direction direction) {
  if (parts_.inspector == nullptr) return;
  const bool to_server = direction == Direction::kToServer;
  const Endpoint& from = to_server ? flow.client : flow.server;
  const Endpoint& to = to_server ? flow.server : flow.client;
  packet::Packet packet;
  packet.time = now_;
  packet.carrier = packet::Carrier::kStreamEnd;
  packet.ip_version = from.address.is_v4() ? 4 : 6;
  packet.protocol = flow.protocol;
  packet.source = from.address;
  packet.destination = to.address;
  packet.source_port = from.port;
  packet.destination_port = to.port;
  packet.has_transport = true;
  packet.tcp.flags = packet::tcp_flag::kAck;
  packet.vlan = flow.vlan;
  packet.vlan_count = flow.vlan_count;
  PacketContext context{.packet = packet,
                        .flow = &flow,
                        .direction = direction,
                        .settings = parts_.settings,
                        .ips = parts_.ips,
                        .app_events = {},
                        .matches = {},
                        .app_settings = &parts_.app_settings};
  context.established = flow.transport != nullptr || flow.state != PacketFlow::State::kNew;
  context.stream_end = true;
  context.opaque = flow.opaque;
  inspect(context);
}

// What nobody acknowledged and stands behind a hole was for no parser; stream rules see it still.
void PacketWorker::look_behind_holes(PacketFlow& flow) {
  if (parts_.inspector == nullptr) return;
  for (const Direction direction : kBothDirections) {
    TcpHalf& half = static_cast<TcpSession&>(*flow.transport).half(direction);
    while (half.buffer.has_hole()) {
      half.give_up_hole(half.buffer.hole_end());
      look_at_end(flow, direction);
    }
  }
}

void PacketWorker::end_flow(PacketFlow& flow) {
  const bool stream = flow.transport != nullptr;
  packet::Packet none;
  none.time = now_;
  if (stream) none.carrier = packet::Carrier::kStreamEnd;
  PacketContext context{.packet = none,
                        .flow = &flow,
                        .settings = parts_.settings,
                        .ips = parts_.ips,
                        .app_events = {},
                        .matches = {},
                        .app_settings = &parts_.app_settings};
  const bool unlooked = stream || (flow.parser && !flow.parser->transactions().empty());
  if (stream) {
    static_cast<TcpSession&>(*flow.transport).all_visible = true;
    feed(context, Direction::kToServer);
    feed(context, Direction::kToClient);
    if (flow.change_due) {
      feed(context, Direction::kToServer);
      feed(context, Direction::kToClient);
    }
  }
  app_.end(flow, now_);
  if (unlooked && !flow.dropped) {
    for (const Direction direction : kBothDirections) look_at_end(flow, direction);
    if (stream) look_behind_holes(flow);
  }
  if (flow.parser)
    for (auto& transaction : flow.parser->transactions()) transaction->force_log = true;
  record(flow, none);
  parts_.sink.on_flow(flow, now_);
  if (parts_.inspector != nullptr) parts_.inspector->on_flow_end(flow);
}

}  // namespace picket::inspect::stream
