// SPDX-License-Identifier: Apache-2.0
#include "detect/evidence/eve_evidence.h"

#include <algorithm>

#include "detect/evidence/log_values.h"

namespace picket::detect::evidence {
namespace {

std::optional<Sides> ends(const event::LogRecord& record) {
  const auto client = endpoint_of(record, "src_ip", "src_port");
  const auto server = endpoint_of(record, "dest_ip", "dest_port");
  if (!client || !server) return std::nullopt;
  return sides_of(*client, *server);
}

std::string flow_id(const event::LogRecord& record) {
  return std::string(text_of(record, "flow_id"));
}

// TCP that never got past its first packet was not answered; a reset as the only answer is a no.
std::optional<bool> answered(const event::LogRecord& record, event::Transport transport) {
  const auto back = number_of<uint64_t>(record, "flow.pkts_toclient");
  if (!back) return std::nullopt;
  if (*back == 0) return false;
  if (transport != event::Transport::kTcp) return true;
  const std::string_view state = text_of(record, "flow.state");
  if (state == "established") return true;
  // SYN and reset make one or two packets; a conversation takes more.
  constexpr uint64_t kRefusedPacketsMax = 2;
  return state == "closed" &&
         number_of<uint64_t>(record, "flow.pkts_toserver").value_or(0) > kRefusedPacketsMax;
}

// 2026-01-02T03:04:05.678901+0000, as EVE writes it; any offset, or Z.
std::optional<WallTime> eve_time(std::string_view text) {
  constexpr size_t kOffsetChars = 5;
  if (text.ends_with('Z') || text.size() <= kOffsetChars) return parse_rfc3339(text);
  const std::string_view zone = text.substr(text.size() - kOffsetChars);
  int hours = 0, minutes = 0;
  if ((zone[0] != '+' && zone[0] != '-') ||
      std::from_chars(zone.data() + 1, zone.data() + 3, hours).ptr != zone.data() + 3 ||
      std::from_chars(zone.data() + 3, zone.data() + 5, minutes).ptr != zone.data() + 5)
    return std::nullopt;
  const auto local = parse_rfc3339(std::string(text.substr(0, text.size() - kOffsetChars)) + "Z");
  if (!local) return std::nullopt;
  const int64_t east_s = (zone[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  return WallTime{local->ns - east_s * static_cast<int64_t>(kNsPerSecond)};
}

bool flow(const event::LogRecord& record, event::Activity& out) {
  const std::optional<Sides> sides = ends(record);
  if (!sides) return false;
  event::ConnectionMade made;
  made.id = flow_id(record);
  made.transport = transport_of(text_of(record, "proto"));
  made.outbound = sides->outbound;
  made.local = sides->local;
  made.remote = sides->remote;
  const std::string_view service = text_of(record, "app_proto");
  if (service != "failed" && service != "unknown")
    made.service = service == "tls" ? "ssl" : service;
  made.answered = answered(record, made.transport);
  made.duration_s = decimal_of(record, "flow.age");
  made.bytes_out = number_of<uint64_t>(record, "flow.bytes_toserver");
  made.bytes_in = number_of<uint64_t>(record, "flow.bytes_toclient");
  made.packets_out = number_of<uint64_t>(record, "flow.pkts_toserver");
  made.packets_in = number_of<uint64_t>(record, "flow.pkts_toclient");
  if (sides->swapped) swap_counts(made);
  made.finished = true;
  // The record is written when the flow is over; the connection was made when it began.
  if (const auto start = eve_time(text_of(record, "flow.start"))) out.time = *start;
  out.host = made.local.address.text();
  out.what = std::move(made);
  return true;
}

// Version 2 has dns.type query and answer with one rrname; version 3 request and response with a
// list dns.queries. Answers are dns.answers in both (or dns.grouped.TYPE).
bool lookup(const event::LogRecord& record, event::Activity& out) {
  const std::optional<Sides> sides = ends(record);
  std::string_view name = text_of(record, "dns.rrname");
  std::string_view type = text_of(record, "dns.rrtype");
  if (name.empty()) name = text_of(record, "dns.queries.rrname");
  if (type.empty()) type = text_of(record, "dns.queries.rrtype");
  if (!sides || name.empty()) return false;
  event::DnsLookup lookup;
  lookup.name = folded_name(name);
  lookup.type = type;
  const std::string_view kind = text_of(record, "dns.type");
  if (kind == "answer" || kind == "response") lookup.response_code = text_of(record, "dns.rcode");
  lookup.answers = list_of(record, "dns.answers.rdata");
  if (lookup.answers.empty()) {
    for (const char* grouped :
         {"dns.grouped.A", "dns.grouped.AAAA", "dns.grouped.CNAME", "dns.grouped.TXT"})
      std::ranges::move(list_of(record, grouped), std::back_inserter(lookup.answers));
  }
  for (const std::string& answer : lookup.answers)
    if (const auto address = IpAddress::parse(answer)) lookup.addresses.push_back(*address);
  for (const event::LogField& field : record.fields()) {
    if (field.name != "dns.answers.ttl") continue;
    uint32_t ttl = 0;
    if (std::from_chars(field.value.data(), field.value.data() + field.value.size(), ttl).ec !=
        std::errc{})
      continue;
    lookup.ttl_s = std::min(lookup.ttl_s.value_or(ttl), ttl);
  }
  const auto source = endpoint_of(record, "src_ip", "src_port"),
             target = endpoint_of(record, "dest_ip", "dest_port");
  // Old versions give an answer's own direction: then the resolver is the source.
  const bool answer_direction = source->port == 53 && target->port != 53;
  lookup.local = answer_direction ? *target : *source;
  lookup.resolver = answer_direction ? *source : *target;
  out.host = lookup.local.address.text();
  out.what = std::move(lookup);
  return true;
}

bool exchange(const event::LogRecord& record, event::Activity& out) {
  const std::optional<Sides> sides = ends(record);
  if (!sides || sides->swapped) return false;
  event::HttpExchange http;
  http.connection_id = flow_id(record);
  http.local = sides->local;
  http.remote = sides->remote;
  http.method = text_of(record, "http.http_method");
  http.host = host_of_authority(text_of(record, "http.hostname"));
  http.uri = text_of(record, "http.url");
  http.user_agent = text_of(record, "http.http_user_agent");
  http.referrer = text_of(record, "http.http_refer");
  http.status = number_of<uint16_t>(record, "http.status").value_or(0);
  http.content_type = text_of(record, "http.http_content_type");
  http.response_bytes = number_of<uint64_t>(record, "http.length");
  http.through_proxy = said_to_proxy(http.method, http.uri);
  out.host = http.local.address.text();
  out.what = std::move(http);
  return true;
}

bool session(const event::LogRecord& record, event::Activity& out) {
  const std::optional<Sides> sides = ends(record);
  if (!sides || sides->swapped) return false;
  event::TlsSession tls;
  tls.connection_id = flow_id(record);
  tls.local = sides->local;
  tls.remote = sides->remote;
  const bool quic = record.origin.channel == "quic";
  const std::string prefix = quic ? "quic." : "tls.";
  tls.server_name = folded_name(text_of(record, prefix + "sni"));
  tls.version = text_of(record, prefix + "version");
  tls.ja3 = text_of(record, prefix + "ja3.hash");
  tls.ja3s = text_of(record, prefix + "ja3s.hash");
  tls.ja4 = text_of(record, prefix + "ja4");
  tls.alpn = quic ? std::string_view("h3") : text_of(record, "tls.client_alpns");
  tls.subject = text_of(record, "tls.subject");
  tls.issuer = text_of(record, "tls.issuerdn");
  tls.certificate_sha1 = folded_digest(text_of(record, "tls.fingerprint"));
  if (!tls.subject.empty()) tls.self_signed = tls.subject == tls.issuer;
  if (text_of(record, "tls.session_resumed") == "true") tls.established = true;
  out.host = tls.local.address.text();
  out.what = std::move(tls);
  return true;
}

bool file(const event::LogRecord& record, event::Activity& out) {
  // The direction is the file's: from who sent it.
  const auto sender = endpoint_of(record, "src_ip", "src_port");
  const auto receiver = endpoint_of(record, "dest_ip", "dest_port");
  if (!sender || !receiver) return false;
  const Sides sides = sides_of(*receiver, *sender);
  event::FileCarried carried;
  carried.connection_id = flow_id(record);
  carried.local = sides.local;
  carried.remote = sides.remote;
  carried.inbound = !sides.swapped;
  carried.protocol = text_of(record, "app_proto");
  carried.name = text_of(record, "fileinfo.filename");
  carried.content_type = text_of(record, "fileinfo.magic");
  carried.bytes = number_of<uint64_t>(record, "fileinfo.size");
  carried.md5 = folded_digest(text_of(record, "fileinfo.md5"));
  carried.sha1 = folded_digest(text_of(record, "fileinfo.sha1"));
  carried.sha256 = folded_digest(text_of(record, "fileinfo.sha256"));
  out.host = sides.local.address.text();
  out.what = std::move(carried);
  return true;
}

bool share(const event::LogRecord& record, event::Activity& out) {
  const std::optional<Sides> sides = ends(record);
  const std::string_view path = text_of(record, "smb.share");
  if (!sides || path.empty() || text_of(record, "smb.command") != "SMB2_COMMAND_TREE_CONNECT")
    return false;
  event::ShareConnected connected;
  connected.share = path;
  if (sides->swapped) connected.from = sides->remote.address;
  out.host = sides->local.address.text();
  out.what = std::move(connected);
  return true;
}

}  // namespace

bool translate_eve(const event::LogRecord& record, event::Activity& out) {
  using Translate = bool (*)(const event::LogRecord&, event::Activity&);
  static constexpr std::pair<std::string_view, Translate> kTypes[] = {
      {"flow", flow},    {"dns", lookup},    {"http", exchange}, {"tls", session},
      {"quic", session}, {"fileinfo", file}, {"smb", share}};
  if (record.origin.product != "suricata") return false;
  for (const auto& [type, translate] : kTypes) {
    if (record.origin.channel != type) continue;
    out = {};
    if (record.time) out.time = *record.time;
    if (!translate(record, out)) return false;
    out.place.source = "EVE " + std::string(type);
    return true;
  }
  return false;
}

}  // namespace picket::detect::evidence
