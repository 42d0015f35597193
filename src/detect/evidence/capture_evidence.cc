// SPDX-License-Identifier: Apache-2.0
#include "detect/evidence/capture_evidence.h"

#include <charconv>

#include "detect/evidence/dns_evidence.h"
#include "detect/evidence/log_values.h"
#include "inspect/proto/dns/dns_transaction.h"
#include "packet/packet.h"

namespace picket::detect::evidence {
namespace {

using inspect::AppProtocol;
using inspect::BufferId;
using inspect::Direction;
using inspect::PacketFlow;
using inspect::Transaction;

event::Transport transport_of(uint8_t protocol) {
  namespace proto = packet::ip_protocol;
  switch (protocol) {
    case proto::kTcp: return event::Transport::kTcp;
    case proto::kUdp: return event::Transport::kUdp;
    case proto::kIcmp:
    case proto::kIcmpv6: return event::Transport::kIcmp;
    default: return event::Transport::kOther;
  }
}

std::string buffer_of(Transaction& transaction, BufferId id, Direction direction) {
  const auto bytes = transaction.buffer(id, direction, 0);
  return bytes ? std::string(as_text(*bytes)) : std::string();
}
std::string request_of(Transaction& transaction, BufferId id) {
  return buffer_of(transaction, id, Direction::kToServer);
}
std::string answer_of(Transaction& transaction, BufferId id) {
  return buffer_of(transaction, id, Direction::kToClient);
}

// Zeek's word for TLS, which the behaviours know; others are the protocol's name.
std::string service_of(AppProtocol app) {
  switch (app) {
    case AppProtocol::kUnknown:
    case AppProtocol::kFailed: return {};
    case AppProtocol::kTls: return "ssl";
    default: return std::string(inspect::text(app));
  }
}

void begin(WallTime time, const IpAddress& host, event::Activity& out) {
  out = {};
  out.time = time;
  out.host = host.text();
  out.place.source = "capture";
}

bool lookup(Transaction& transaction, const Sides& sides, WallTime time, event::Activity& out) {
  const auto* dns = dynamic_cast<const inspect::dns::DnsTransaction*>(&transaction);
  auto told = dns ? dns_answer_of(dns->message()) : std::nullopt;
  if (!told || told->name.empty()) return false;
  // The asker is the client, whichever side is inside.
  told->local = sides.swapped ? sides.remote : sides.local;
  told->resolver = sides.swapped ? sides.local : sides.remote;
  begin(time, told->local.address, out);
  out.what = std::move(*told);
  return true;
}

bool exchange(const PacketFlow& flow, Transaction& transaction, const Sides& sides, WallTime time,
              event::Activity& out) {
  if (sides.swapped) return false;
  event::HttpExchange http;
  http.method = request_of(transaction, BufferId::k_http_method);
  if (http.method.empty()) return false;
  http.connection_id = std::to_string(flow.id);
  http.local = sides.local;
  http.remote = sides.remote;
  http.host = host_of_authority(request_of(transaction, BufferId::k_http_host));
  http.uri = request_of(transaction, BufferId::k_http_uri_raw);
  http.user_agent = request_of(transaction, BufferId::k_http_user_agent);
  http.referrer = request_of(transaction, BufferId::k_http_referer);
  http.content_type = answer_of(transaction, BufferId::k_http_content_type);
  http.through_proxy = said_to_proxy(http.method, http.uri);
  const std::string status = answer_of(transaction, BufferId::k_http_stat_code);
  std::from_chars(status.data(), status.data() + status.size(), http.status);
  begin(time, sides.local.address, out);
  out.what = std::move(http);
  return true;
}

bool session(const PacketFlow& flow, Transaction& transaction, const Sides& sides, WallTime time,
             event::Activity& out) {
  if (sides.swapped) return false;
  event::TlsSession tls;
  tls.connection_id = std::to_string(flow.id);
  tls.local = sides.local;
  tls.remote = sides.remote;
  tls.server_name = folded_name(request_of(transaction, BufferId::k_tls_sni));
  tls.alpn = request_of(transaction, BufferId::k_tls_alpn);
  tls.ja3 = request_of(transaction, BufferId::k_ja3_hash);
  tls.ja4 = request_of(transaction, BufferId::k_ja4_hash);
  tls.ja3s = answer_of(transaction, BufferId::k_ja3s_hash);
  tls.subject = answer_of(transaction, BufferId::k_tls_cert_subject);
  tls.issuer = answer_of(transaction, BufferId::k_tls_cert_issuer);
  tls.certificate_sha1 = folded_digest(answer_of(transaction, BufferId::k_tls_cert_fingerprint));
  if (!tls.subject.empty()) tls.self_signed = tls.subject == tls.issuer;
  begin(time, sides.local.address, out);
  out.what = std::move(tls);
  return true;
}

}  // namespace

bool capture_flow(const PacketFlow& flow, event::Activity& out) {
  const Sides sides = sides_of(flow.client, flow.server);
  event::ConnectionMade made;
  made.id = std::to_string(flow.id);
  made.transport = transport_of(flow.protocol);
  made.outbound = sides.outbound;
  made.local = sides.local;
  made.remote = sides.remote;
  made.service = service_of(flow.app);
  if (flow.protocol == packet::ip_protocol::kTcp)
    made.answered = flow.state != PacketFlow::State::kNew &&
                    (flow.tcp_flags[1] & packet::tcp_flag::kSyn || flow.midstream);
  else
    made.answered = flow.packets[1] != 0;
  made.duration_s = static_cast<double>(flow.last_time.ns - flow.first_time.ns) /
                    static_cast<double>(kNsPerSecond);
  made.bytes_out = flow.bytes[0];
  made.bytes_in = flow.bytes[1];
  made.packets_out = flow.packets[0];
  made.packets_in = flow.packets[1];
  if (sides.swapped) swap_counts(made);
  made.finished = true;
  begin(flow.first_time, sides.local.address, out);
  out.what = std::move(made);
  return true;
}

bool capture_transaction(const PacketFlow& flow, Transaction& transaction, WallTime time,
                         event::Activity& out) {
  const Sides sides = sides_of(flow.client, flow.server);
  switch (transaction.protocol) {
    case AppProtocol::kDns: return lookup(transaction, sides, time, out);
    case AppProtocol::kHttp:
    case AppProtocol::kHttp2: return exchange(flow, transaction, sides, time, out);
    case AppProtocol::kTls: return session(flow, transaction, sides, time, out);
    default: return false;
  }
}

}  // namespace picket::detect::evidence
