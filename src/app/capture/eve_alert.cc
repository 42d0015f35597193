// SPDX-License-Identifier: Apache-2.0
// EveWriter: records of alerts, dropped packets and ARP.
#include <algorithm>

#include "app/capture/eve_text_of.h"
#include "app/capture/eve_writer.h"

namespace picket::app::capture {
namespace {

using inspect::Direction;
using inspect::PacketContext;
using inspect::RuleMatch;
using packet::Packet;

std::string_view link_name(uint16_t link_type) {
  switch (link_type) {
    case 0: return "NULL";
    case 1: return "EN10MB";
    case 9: return "PPP";
    case 12:
    case 101: return "RAW";
    case 104: return "C_HDLC";
    case 113: return "LINUX_SLL";
    case 228: return "IPv4";
    case 229: return "IPv6";
    case 276: return "LINUX_SLL2";
    default: return "UNKNOWN";
  }
}

void metadata_object(JsonWriter& out, const inspect::RuleFacts& rule) {
  if (rule.metadata.empty()) return;
  out.key("metadata").begin_object();
  for (size_t i = 0; i < rule.metadata.size();) {
    const std::string_view key = rule.metadata[i].first;
    out.key(key).begin_array();
    for (; i < rule.metadata.size() && rule.metadata[i].first == key; ++i)
      out.value(rule.metadata[i].second);
    out.end_array();
  }
  out.end_object();
}

void side_object(JsonWriter& out, const char* name, const IpAddress& address, uint16_t port,
                 bool ports) {
  out.key(name).begin_object().member("ip", eve_address(address));
  if (ports) out.member("port", port);
  out.end_object();
}

// What became of the packet, and who was told.
void verdict_object(JsonWriter& out, const PacketContext& context, inspect::Verdict verdict) {
  using inspect::RejectTo, inspect::Verdict;
  out.key("verdict").begin_object();
  out.member("action", stops(verdict) ? "drop" : verdict == Verdict::kPass ? "pass" : "alert");
  if (verdict == Verdict::kReject) {
    out.member("reject-target", context.reject_to == RejectTo::kSource        ? "to_client"
                                : context.reject_to == RejectTo::kDestination ? "to_server"
                                                                              : "both");
    out.key("reject").begin_array();
    out.value(context.packet.is_tcp() ? "tcp-reset" : "icmp-prohib").end_array();
  }
  out.end_object();
}

// What an IGMP packet is: RFC 1112, 2236, 3376; RGMP (RFC 3488) has a group of its own.
void igmp_object(JsonWriter& out, const Packet& packet) {
  constexpr uint32_t kRgmpGroup = 0xe0000019;  // 224.0.0.25
  constexpr uint8_t kRgmpFirst = 0xfc, kQuery = 0x11, kReport1 = 0x12, kReport3 = 0x22;
  if (packet.protocol != packet::ip_protocol::kIgmp || packet.transport_header.size() < 8) return;
  const uint8_t type = packet.transport_header[0], code = packet.transport_header[1];
  if (type >= kRgmpFirst && packet.destination == IpAddress::v4(kRgmpGroup)) {
    out.key("rgmp").begin_object().member("type", unsigned{type}).end_object();
    return;
  }
  unsigned version = 2;
  if (type == kReport3 || (type == kQuery && packet.payload.size() >= 4)) version = 3;
  if (type == kReport1 || (type == kQuery && version == 2 && code == 0)) version = 1;
  out.key("igmp").begin_object();
  out.member("version", version).member("type", unsigned{type}).end_object();
}

// Members that the engine hands over ready made: `members` without braces.
void raw_members(std::string& lines, std::string_view members) {
  if (members.empty()) return;
  if (lines.back() != '{') lines += ',';
  lines += members;
}

}  // namespace

void EveWriter::alert(const PacketContext& context, const RuleMatch& match,
                      inspect::Verdict verdict) {
  JsonWriter out(lines_);
  begin_record(out, of_packet(context, "alert"));
  if (match.tx_id)
    out.member("tx_id", *match.tx_id);
  else if (match.transaction)
    out.member("tx_id", match.transaction->id);
  alert_object(out, match, context);
  if (context.flow && context.flow->memo) context.flow->memo->append_traffic(out);
  if (!match.metadata_json.empty()) {
    out.key("metadata").begin_object();
    raw_members(lines_, match.metadata_json);
    out.end_object();
  }
  if (match.transaction) {
    if (const std::string_view type = match.transaction->eve_type(); !type.empty()) {
      out.key(eve_key(type));
      match.transaction->append_eve_of_alert(out);
      match.transaction->append_eve_more(out);
    }
    bool any = false;
    for (const Direction direction : {Direction::kToServer, Direction::kToClient})
      for (size_t i = 0; auto* file = match.transaction->file(direction, i); ++i) {
        if (!any) out.key("files").begin_array();
        any = true;
        append_file(out, *file, match.transaction->id);
      }
    if (any) out.end_array();
  }
  if (context.flow) {
    append_app_proto(out, *context.flow);
    out.member("direction", context.direction == Direction::kToServer ? "to_server" : "to_client");
    out.key("flow").begin_object();
    append_flow_counts(out, *context.flow);
    const bool ports = context.packet.has_transport && !context.packet.is_icmp();
    out.member("src_ip", eve_address(context.flow->client.address));
    out.member("dest_ip", eve_address(context.flow->server.address));
    if (ports) {
      out.member("src_port", context.flow->client.port);
      out.member("dest_port", context.flow->server.port);
    }
    out.end_object();
  }
  igmp_object(out, context.packet);
  if (context.ips) verdict_object(out, context, verdict);
  if (options_.payload) alert_payload(out, context, match);
  end_record(out);
}

void EveWriter::alert_object(JsonWriter& out, const RuleMatch& match,
                             const PacketContext& context) {
  const inspect::RuleFacts& rule = *match.rule;
  out.key("alert").begin_object();
  out.member("action", match.blocked ? "blocked" : "allowed");
  out.member("gid", rule.gid).member("signature_id", rule.sid).member("rev", rule.rev);
  out.member("signature", rule.message).member("category", rule.category);
  out.member("severity", unsigned{rule.severity});
  if (match.target != RuleMatch::Target::kNone) {
    const Packet& packet = context.packet;
    const bool ports = packet.has_transport && !packet.is_icmp();
    const bool to_source = match.target == RuleMatch::Target::kSource;
    side_object(out, to_source ? "target" : "source", packet.source, packet.source_port, ports);
    side_object(out, to_source ? "source" : "target", packet.destination, packet.destination_port,
                ports);
  }
  metadata_object(out, rule);
  if (!rule.references.empty()) {
    out.key("references").begin_array();
    for (const std::string_view reference : rule.references) out.value(reference);
    out.end_array();
  }
  raw_members(lines_, match.context_json);
  out.end_object();
}

void EveWriter::shown_packet(JsonWriter& out, const Packet& packet) const {
  out.member("packet", base64(packet.frame));
  out.key("packet_info").begin_object().member("linktype", link_type_);
  out.member("linktype_name", link_name(link_type_)).end_object();
}

void EveWriter::tagged_packet(const PacketContext& context) {
  JsonWriter out(lines_);
  begin_record(out, of_packet(context, "packet"));
  shown_packet(out, context.packet);
  end_record(out);
}

void EveWriter::metadata(const PacketContext& context) {
  JsonWriter out(lines_);
  begin_record(out, of_packet(context, "metadata"));
  out.key("metadata").begin_object();
  raw_members(lines_, context.captured_json);
  out.end_object();
  end_record(out);
}

void EveWriter::alert_payload(JsonWriter& out, const PacketContext& context,
                              const RuleMatch& match) {
  const Packet& packet = context.packet;
  const bool stream = (match.on_stream || match.transaction) && context.stream != nullptr;
  std::string kept;
  if (stream) kept = context.stream->shown(options_.payload_max);
  Bytes shown = kept.empty() ? packet.payload : as_bytes(kept);
  shown = shown.first(std::min<size_t>(shown.size(), options_.payload_max));
  if (!shown.empty()) {
    out.member("payload", base64(shown));
    out.member("payload_printable", printable_payload(shown));
  }
  out.member("stream", stream ? 1 : 0);
  if (packet.number == 0) return;
  shown_packet(out, packet);
}

void EveWriter::arp(const Packet& packet) {
  JsonWriter out(lines_);
  EveHeader header;
  header.time = packet.time;
  header.event_type = "arp";
  header.packet = &packet;
  begin_record(out, header);
  const auto mac = [](const std::array<uint8_t, 6>& bytes) {
    std::string text;
    for (const uint8_t byte : bytes) text += (text.empty() ? "" : ":") + hex_byte(byte);
    return text;
  };
  constexpr std::string_view kOperations[] = {
      "", "request", "reply", "rarp_request",  "rarp_reply",
      "", "",        "",      "inarp_request", "inarp_reply"};
  out.key("arp").begin_object().member("hw_type", "ethernet").member("proto_type", "ipv4");
  const uint16_t opcode = packet.arp.opcode;
  const bool named = opcode < std::size(kOperations) && !kOperations[opcode].empty();
  out.member("opcode", named ? kOperations[opcode] : std::string_view("unknown"));
  out.member("src_mac", mac(packet.arp.source_mac));
  out.member("src_ip", IpAddress::v4(packet.arp.source_ip).text());
  out.member("dest_mac", mac(packet.arp.destination_mac));
  out.member("dest_ip", IpAddress::v4(packet.arp.destination_ip).text()).end_object();
  end_record(out);
}

namespace {

std::string_view reason_text(inspect::DropReason reason) {
  switch (reason) {
    case inspect::DropReason::kNone:
    case inspect::DropReason::kRules: return "rules";
    case inspect::DropReason::kFlowDrop: return "flow drop";
    case inspect::DropReason::kStreamError: return "stream error";
    case inspect::DropReason::kThreshold: return "threshold detection_filter";
    case inspect::DropReason::kMidstream: return "stream midstream";
    case inspect::DropReason::kExceptionFlow: return "exception policy flow drop";
  }
  return "rules";
}

}  // namespace

void EveWriter::drop(const PacketContext& context, inspect::Verdict verdict) {
  const Packet& packet = context.packet;
  JsonWriter out(lines_);
  begin_record(out, of_packet(context, "drop"));
  out.key("drop").begin_object();
  out.member("len", packet.ip_header.size() + packet.ip_payload.size());
  out.member(packet.ip_version == 6 ? "tc" : "tos", unsigned{packet.tos});
  out.member(packet.ip_version == 6 ? "hoplimit" : "ttl", unsigned{packet.ttl});
  if (packet.ip_version == 4) out.member("ipid", packet.ip_id);
  if (packet.is_tcp()) {
    namespace flag = packet::tcp_flag;
    const uint8_t flags = packet.tcp.flags;
    out.member("tcpseq", packet.tcp.seq).member("tcpack", packet.tcp.ack);
    out.member("tcpwin", packet.tcp.window).member("syn", (flags & flag::kSyn) != 0);
    out.member("ack", (flags & flag::kAck) != 0).member("psh", (flags & flag::kPsh) != 0);
    out.member("rst", (flags & flag::kRst) != 0).member("urg", (flags & flag::kUrg) != 0);
    out.member("fin", (flags & flag::kFin) != 0).member("tcpres", 0);
    out.member("tcpurgp", packet.tcp.urgent);
  } else if (packet.is_udp()) {
    out.member("udplen", packet.payload.size() + packet.transport_header.size());
  }
  out.member("reason", reason_text(context.drop_reason)).end_object();
  // The alert of the rule that dropped it, or the rule itself where it has none.
  RuleMatch match;
  match.rule = context.drop_rule;
  match.blocked = true;
  for (const RuleMatch& told : context.matches)
    if (told.blocked) {
      match = told;
      break;
    }
  if (match.rule) alert_object(out, match, context);
  verdict_object(out, context, verdict);
  end_record(out);
}

}  // namespace picket::app::capture
