// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/capture/eve_header.h"
#include "base/json_writer.h"
#include "inspect/app/record_sink.h"

namespace picket::app::capture {

// What of EVE is written. All on: a reader picks what it wants.
struct EveOptions {
  std::vector<std::string> types;  // event types; empty: all
  bool wants(std::string_view type) const {
    return types.empty() || std::find(types.begin(), types.end(), type) != types.end();
  }
  bool flow = true, netflow = true, anomaly = true, packet = true;
  bool payload = true;  // alerts carry payload, payload_printable, packet
  uint64_t payload_max = 4096;
};

// Writes what the packet worker tells as lines of EVE JSON, with the names and shapes that
// Suricata's schema fixes. Lines come out whole, in the order of what happened. One thread.
class EveWriter final : public inspect::RecordSink {
 public:
  using OnLines = std::function<void(std::string_view lines)>;

  EveWriter(const EveOptions& options, OnLines on_lines);
  ~EveWriter() override { flush(); }

  void on_packet(const inspect::PacketContext& context, inspect::Verdict verdict) override;
  void on_transaction(const inspect::PacketFlow& flow, inspect::Transaction& transaction,
                      const packet::Packet& packet) override;
  void on_file(const inspect::PacketFlow& flow, const inspect::Transaction& transaction,
               inspect::Direction direction, inspect::FileBody& file,
               const packet::Packet& packet) override;
  void on_flow(const inspect::PacketFlow& flow, WallTime now) override;
  // The link type of the capture, for the packets shown.
  void set_link_type(uint16_t link_type) { link_type_ = link_type; }
  void flush();

 private:
  static constexpr size_t kFlushBytes = 256 * 1024;

  void alert(const inspect::PacketContext& context, const inspect::RuleMatch& match,
             inspect::Verdict verdict);
  void alert_object(JsonWriter& out, const inspect::RuleMatch& match,
                    const inspect::PacketContext& context);
  void alert_payload(JsonWriter& out, const inspect::PacketContext& context,
                     const inspect::RuleMatch& match);
  void packet_anomaly(const inspect::PacketContext& context, packet::PacketEvent event);
  void app_anomaly(const inspect::PacketFlow& flow, const packet::Packet* packet,
                   const inspect::Transaction::Event& event,
                   const inspect::Transaction* transaction);
  void shown_packet(JsonWriter& out, const packet::Packet& packet) const;
  void tagged_packet(const inspect::PacketContext& context);
  void metadata(const inspect::PacketContext& context);
  void arp(const packet::Packet& packet);
  void drop(const inspect::PacketContext& context, inspect::Verdict verdict);
  void netflow(const inspect::PacketFlow& flow, WallTime now, inspect::Direction direction);
  EveHeader of_packet(const inspect::PacketContext& context, std::string_view type) const;
  EveHeader of_flow(const inspect::PacketFlow& flow, WallTime time, std::string_view type,
                    inspect::Direction direction) const;
  void end_record(JsonWriter& out);

  EveOptions options_;
  bool alerts_, drops_, arp_, metadata_;
  const OnLines on_lines_;
  std::string lines_;
  uint16_t link_type_ = 1;
};

// The object of a file, as "fileinfo" and in "files" of alerts.
void append_file(JsonWriter& out, inspect::FileBody& file, uint64_t transaction_id);

}  // namespace picket::app::capture
