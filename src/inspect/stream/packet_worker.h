// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>

#include "inspect/app/app_layer.h"
#include "inspect/app/inspection.h"
#include "inspect/app/record_sink.h"
#include "inspect/stream/packet_flow_table.h"
#include "inspect/stream/stream_options.h"
#include "inspect/stream/tcp_session.h"

namespace picket::inspect::stream {

// From decoded packets to records: flow, stream, protocol, inspection, in the order that
// inspection.h tells. Fragments have been put together before. One thread; everything it is given
// outlives it.
class PacketWorker {
 public:
  struct Parts {
    const Settings& settings;
    const AppSettings& app_settings;
    const StreamOptions& options;
    RecordSink& sink;
    Inspector* inspector = nullptr;  // nullptr: nobody inspects
    std::span<const ProtocolDescriptor> protocols = protocol_table();
    bool ips = false;
    FlowTimeouts timeouts;
    size_t flows_max = PacketFlowTable::kFlowsMax;
  };
  explicit PacketWorker(const Parts& parts);
  ~PacketWorker();

  void work(packet::Packet& packet);
  // The input is over: all flows end.
  void finish();

  size_t flows() const { return table_.size(); }

 private:
  class HalfBytes;
  PacketFlow* flow_of(const packet::Packet& packet, Direction& direction);
  void count(PacketFlow& flow, const packet::Packet& packet, Direction direction);
  void tcp(PacketContext& context);
  void udp(PacketContext& context);
  void renew_flow(PacketContext& context);
  bool apply_midstream_policy(PacketContext& context);
  void feed(PacketContext& context, Direction direction);
  bool feed_once(PacketContext& context, TcpSession& session, Direction direction);
  bool skip_gap(PacketContext& context, TcpSession& session, Direction direction);
  void take_fed(PacketContext& context, TcpSession& session, Direction direction,
                const AppLayer::Fed& fed);
  void change_protocol(PacketFlow& flow);
  void inspect(PacketContext& context);
  void release(PacketFlow& flow);
  void record(PacketFlow& flow, const packet::Packet& packet);
  void record_files(PacketFlow& flow, Transaction& transaction, const packet::Packet& packet);
  void look_at_end(PacketFlow& flow, Direction direction);
  void look_behind_holes(PacketFlow& flow);
  void end_flow(PacketFlow& flow);
  static void swap_sides(PacketFlow& flow);

  const Parts parts_;
  AppLayer app_;
  PacketFlowTable table_;
  WallTime now_;
};

}  // namespace picket::inspect::stream
