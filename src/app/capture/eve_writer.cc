// SPDX-License-Identifier: Apache-2.0
#include "app/capture/eve_writer.h"

#include "app/capture/eve_text_of.h"
#include "inspect/app/eve_text.h"
#include "inspect/stream/tcp_session.h"

namespace picket::app::capture {
namespace {

using inspect::Direction;
using inspect::PacketContext;
using inspect::PacketFlow;
using inspect::Transaction;
using packet::Packet;

std::string_view end_text(PacketFlow::End end) {
  switch (end) {
    case PacketFlow::End::kNone:
    case PacketFlow::End::kTimeout: return "timeout";
    case PacketFlow::End::kForced: return "forced";
    case PacketFlow::End::kShutdown: return "shutdown";
    case PacketFlow::End::kTcpReuse: return "tcp_reuse";
  }
  return "timeout";
}

std::string_view state_text(PacketFlow::State state) {
  switch (state) {
    case PacketFlow::State::kNew: return "new";
    case PacketFlow::State::kEstablished: return "established";
    case PacketFlow::State::kClosed: return "closed";
    case PacketFlow::State::kBypassed: return "bypassed";
  }
  return "new";
}

void tcp_object(JsonWriter& out, const PacketFlow& flow) {
  namespace flag = packet::tcp_flag;
  const uint8_t all = flow.tcp_flags[0] | flow.tcp_flags[1];
  out.key("tcp").begin_object();
  out.member("tcp_flags", hex_byte(all));
  out.member("tcp_flags_ts", hex_byte(flow.tcp_flags[0]));
  out.member("tcp_flags_tc", hex_byte(flow.tcp_flags[1]));
  constexpr std::pair<const char*, uint8_t> kFlags[] = {
      {"syn", flag::kSyn}, {"fin", flag::kFin}, {"rst", flag::kRst}, {"psh", flag::kPsh},
      {"ack", flag::kAck}, {"urg", flag::kUrg}, {"ecn", flag::kEce}, {"cwr", flag::kCwr}};
  for (const auto& [name, bit] : kFlags)
    if (all & bit) out.member(name, true);
  if (flow.transport) {
    const auto& session = static_cast<const inspect::stream::TcpSession&>(*flow.transport);
    out.member("state", text(session.state()));
    if (session.half(Direction::kToServer).gap) out.member("ts_gap", true);
    if (session.half(Direction::kToClient).gap) out.member("tc_gap", true);
    out.member("ts_max_regions", session.half(Direction::kToServer).buffer.regions_max());
    out.member("tc_max_regions", session.half(Direction::kToClient).buffer.regions_max());
  }
  out.end_object();
}

int64_t age_of(const PacketFlow& flow) {
  constexpr int64_t kSecond = static_cast<int64_t>(kNsPerSecond);
  return flow.last_time.ns / kSecond - flow.first_time.ns / kSecond;
}

// Events are named in small letters, but for the protocols that EVE has had longest.
bool shows_capitals(inspect::AppProtocol protocol) {
  using enum inspect::AppProtocol;
  return protocol == kHttp || protocol == kTls || protocol == kSmtp || protocol == kFtp ||
         protocol == kDnp3;
}

}  // namespace

EveWriter::EveWriter(const EveOptions& options, OnLines on_lines)
    : options_(options), on_lines_(std::move(on_lines)) {
  alerts_ = options_.wants("alert");
  drops_ = options_.wants("drop");
  arp_ = options_.wants("arp");
  metadata_ = options_.wants("metadata");
  options_.packet = options_.packet && options_.wants("packet");
  options_.anomaly = options_.anomaly && options_.wants("anomaly");
  options_.flow = options_.flow && options_.wants("flow");
  options_.netflow = options_.netflow && options_.wants("netflow");
}

void EveWriter::flush() {
  if (lines_.empty()) return;
  on_lines_(lines_);
  lines_.clear();
}

void EveWriter::end_record(JsonWriter& out) {
  out.end_object();
  lines_ += '\n';
  if (lines_.size() >= kFlushBytes) flush();
}

EveHeader EveWriter::of_packet(const PacketContext& context, std::string_view type) const {
  const Packet& packet = context.packet;
  EveHeader header;
  header.time = packet.time;
  header.event_type = type;
  header.flow = context.flow;
  header.packet = &packet;
  header.source = {packet.source, packet.source_port};
  header.destination = {packet.destination, packet.destination_port};
  header.ip_version = packet.ip_version;
  header.protocol = packet.protocol;
  header.ports = packet.has_transport;
  header.carrier = true;
  return header;
}

EveHeader EveWriter::of_flow(const PacketFlow& flow, WallTime time, std::string_view type,
                             Direction direction) const {
  const bool to_server = direction == Direction::kToServer;
  EveHeader header;
  header.time = time;
  header.event_type = type;
  header.flow = &flow;
  header.source = to_server ? flow.client : flow.server;
  header.destination = to_server ? flow.server : flow.client;
  header.ip_version = flow.client.address.is_v4() ? 4 : 6;
  header.protocol = flow.protocol;
  header.ports = true;
  return header;
}

void EveWriter::on_packet(const PacketContext& context, inspect::Verdict verdict) {
  if (alerts_)
    for (const inspect::RuleMatch& match : context.matches) alert(context, match, verdict);
  const Packet& packet = context.packet;
  if (options_.anomaly) {
    for (uint8_t i = 0; i < packet.event_count; ++i) packet_anomaly(context, packet.events[i]);
    if (context.flow)
      for (const Transaction::Event& event : context.app_events)
        app_anomaly(*context.flow, &packet, event, nullptr);
  }
  if (packet.has_arp && arp_) arp(packet);
  if (context.tagged && options_.packet) tagged_packet(context);
  if (!context.captured_json.empty() && metadata_) metadata(context);
  if (context.ips && stops(verdict) && packet.number != 0 && drops_) drop(context, verdict);
}

void EveWriter::packet_anomaly(const PacketContext& context, packet::PacketEvent event) {
  JsonWriter out(lines_);
  begin_record(out, of_packet(context, "anomaly"));
  const bool stream = packet::is_stream_event(event);
  out.key("anomaly").begin_object();
  out.member("type", stream ? "stream" : "decode");
  out.member("event", (stream ? "stream." : "decoder.") + std::string(text(event)));
  out.end_object();
  end_record(out);
}

void EveWriter::app_anomaly(const PacketFlow& flow, const Packet* packet,
                            const Transaction::Event& event, const Transaction* transaction) {
  JsonWriter out(lines_);
  EveHeader header =
      of_flow(flow, packet ? packet->time : flow.last_time, "anomaly", event.direction);
  header.packet = packet;
  begin_record(out, header);
  if (transaction) out.member("tx_id", transaction->id);
  out.key("anomaly").begin_object();
  const auto protocol = transaction ? transaction->protocol : flow.app;
  if (protocol != inspect::AppProtocol::kUnknown) out.member("app_proto", text(protocol));
  const bool capitals = !transaction || shows_capitals(protocol);
  out.member("type", "applayer")
      .member("event", capitals ? upper_case(event.name) : std::string(event.name));
  out.member("layer", transaction ? "proto_parser" : "proto_detect").end_object();
  end_record(out);
}

void EveWriter::on_transaction(const PacketFlow& flow, Transaction& transaction,
                               const Packet& packet) {
  if (options_.anomaly)
    for (const Transaction::Event& event : transaction.events)
      app_anomaly(flow, &packet, event, &transaction);
  const std::string_view type = transaction.eve_type();
  if (type.empty() || !options_.wants(type)) return;
  JsonWriter out(lines_);
  EveHeader header =
      of_flow(flow, packet.time, type, transaction.eve_direction().value_or(Direction::kToServer));
  header.packet = &packet;
  header.carrier = true;
  begin_record(out, header);
  out.member("tx_id", transaction.id);
  append_app_proto(out, flow);
  out.key(eve_key(type));
  transaction.append_eve(out);
  transaction.append_eve_more(out);
  end_record(out);
}

void append_file(JsonWriter& out, inspect::FileBody& file, uint64_t transaction_id) {
  out.begin_object().member("filename", inspect::eve_text(file.name()));
  if (file.total() || file.start() != 0) {
    out.member("start", file.start());
    out.member("end", file.start() + (file.size() > 0 ? file.size() - 1 : 0));
  }
  out.member("gaps", file.has_gaps());
  switch (file.state()) {
    case inspect::FileBody::State::kOpen: out.member("state", "UNKNOWN"); break;
    case inspect::FileBody::State::kClosed: out.member("state", "CLOSED"); break;
    case inspect::FileBody::State::kTruncated: out.member("state", "TRUNCATED"); break;
    case inspect::FileBody::State::kError: out.member("state", "ERROR"); break;
  }
  for (const auto hash :
       {inspect::FileHash::kMd5, inspect::FileHash::kSha1, inspect::FileHash::kSha256})
    if (const auto hex = file.hash_hex(hash)) out.member(text(hash), *hex);
  out.member("stored", file.stored());
  if (file.stored()) out.member("file_id", file.store_id);
  out.member("size", file.size()).member("tx_id", transaction_id);
  if (!file.signatures.empty()) {
    out.key("sid").begin_array();
    for (const uint32_t sid : file.signatures) out.value(sid);
    out.end_array();
  }
  out.end_object();
}

void EveWriter::on_file(const PacketFlow& flow, const Transaction& transaction, Direction direction,
                        inspect::FileBody& file, const Packet& packet) {
  if (!options_.wants("fileinfo")) return;
  JsonWriter out(lines_);
  EveHeader header = of_flow(flow, packet.time, "fileinfo", direction);
  header.packet = &packet;
  header.carrier = true;
  begin_record(out, header);
  if (const std::string_view type = transaction.eve_type(); !type.empty()) {
    out.key(eve_key(type));
    transaction.append_eve(out);
    transaction.append_eve_more(out);
  }
  append_app_proto(out, flow);
  out.key("fileinfo");
  append_file(out, file, transaction.id);
  end_record(out);
}

void EveWriter::on_flow(const PacketFlow& flow, WallTime now) {
  if (options_.flow) {
    JsonWriter out(lines_);
    begin_record(out, of_flow(flow, now, "flow", Direction::kToServer));
    if (flow.protocol == packet::ip_protocol::kIcmp ||
        flow.protocol == packet::ip_protocol::kIcmpv6) {
      out.member("icmp_type", unsigned{flow.icmp_type});
      out.member("icmp_code", unsigned{flow.icmp_code});
      if (flow.packets[1] != 0) {
        out.member("response_icmp_type", unsigned{flow.icmp_answer_type});
        out.member("response_icmp_code", unsigned{flow.icmp_answer_code});
      }
    }
    if (flow.protocol == packet::ip_protocol::kEsp) out.member("spi", flow.spi);
    append_app_proto(out, flow);
    if (flow.memo) flow.memo->append_eve(out);
    out.key("flow").begin_object();
    append_flow_counts(out, flow);
    out.member("end", eve_time(flow.last_time)).member("age", age_of(flow));
    out.member("state", state_text(flow.state)).member("reason", end_text(flow.end));
    out.member("alerted", flow.alerted);
    if (flow.dropped)
      out.member("action", "drop");
    else if (flow.passed)
      out.member("action", "pass");
    if (flow.transactions_seen > 0) out.member("tx_cnt", flow.transactions_seen);
    if (flow.midstream_policy != inspect::ExceptionPolicy::kNone) {
      out.key("exception_policy").begin_array().begin_object();
      out.member("target", "stream_midstream").member("policy", text(flow.midstream_policy));
      out.end_object().end_array();
    }
    out.end_object();
    if (flow.protocol == packet::ip_protocol::kTcp) tcp_object(out, flow);
    end_record(out);
  }
  if (!options_.netflow) return;
  netflow(flow, now, Direction::kToServer);
  if (flow.packets[1] > 0) netflow(flow, now, Direction::kToClient);
}

void EveWriter::netflow(const PacketFlow& flow, WallTime now, Direction direction) {
  const unsigned at = index(direction);
  JsonWriter out(lines_);
  begin_record(out, of_flow(flow, now, "netflow", direction));
  if (flow.protocol == packet::ip_protocol::kEsp) out.member("spi", flow.spi);
  append_app_proto(out, flow);
  if (flow.memo) flow.memo->append_eve(out);
  out.key("netflow").begin_object();
  out.member("pkts", flow.packets[at]).member("bytes", flow.bytes[at]);
  out.member("start", eve_time(flow.first_time)).member("end", eve_time(flow.last_time));
  out.member("age", age_of(flow));
  out.member("min_ttl", unsigned{flow.ttl_min[at]}).member("max_ttl", unsigned{flow.ttl_max[at]});
  out.end_object();
  end_record(out);
}

}  // namespace picket::app::capture
