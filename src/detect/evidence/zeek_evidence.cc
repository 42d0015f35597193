// SPDX-License-Identifier: Apache-2.0
#include "detect/evidence/zeek_evidence.h"

#include <algorithm>

#include "base/counter.h"
#include "detect/evidence/log_values.h"

namespace picket::detect::evidence {
namespace {

Counter joins_forgotten{"detect.evidence.zeek_join_forgotten",
                        "Zeek certificates and sessions forgotten before the other half came"};

// The two ends as Zeek names them; nullopt: the record has none.
std::optional<Sides> ends(const event::LogRecord& record) {
  const auto client = endpoint_of(record, "id.orig_h", "id.orig_p");
  const auto server = endpoint_of(record, "id.resp_h", "id.resp_p");
  if (!client || !server) return std::nullopt;
  return sides_of(*client, *server, boolean_of(record, "local_orig"),
                  boolean_of(record, "local_resp"));
}

// Whether anybody answered, by conn_state of Zeek's conn.log documentation.
std::optional<bool> answered(std::string_view state) {
  for (const std::string_view no : {"S0", "REJ", "RSTOS0", "RSTRH", "SH", "SHR"})
    if (state == no) return false;
  for (const std::string_view yes : {"SF", "S1", "S2", "S3", "RSTO", "RSTR"})
    if (state == yes) return true;
  return std::nullopt;
}

// "DS_REALM,http" and the like: the last one analysed is the outermost that fits; ssl wins, because
// whoever speaks TLS inside a proxy's CONNECT is a TLS client.
std::string service_of(std::string_view services) {
  if (services.find("ssl") != services.npos) return "ssl";
  const size_t comma = services.rfind(',');
  return std::string(comma == services.npos ? services : services.substr(comma + 1));
}

void set_digest(event::TlsSession& session, std::string digest) {
  if (digest.size() == 64) session.certificate_sha256 = std::move(digest);
  if (digest.size() == 40) session.certificate_sha1 = std::move(digest);
}

// OpenSSL's words for a leaf that signed itself, with and without the hyphen of OpenSSL 3.
bool says_self_signed(std::string_view status) {
  return status == "self signed certificate" || status == "self-signed certificate";
}

}  // namespace

template <typename Value>
void ZeekEvidence::Joins<Value>::keep(const std::string& id, Value value) {
  if (!known.insert_or_assign(id, std::move(value)).second) return;
  order.push_back(id);
  if (order.size() <= kJoinsMax) return;
  known.erase(order.front());
  order.pop_front();
  joins_forgotten.add();
}

bool ZeekEvidence::translate(const event::LogRecord& record, event::Activity& out) {
  using Translate = bool (ZeekEvidence::*)(const event::LogRecord&, event::Activity&);
  static constexpr std::pair<std::string_view, Translate> kLogs[] = {
      {"dns", &ZeekEvidence::lookup},         {"http", &ZeekEvidence::exchange},
      {"ssl", &ZeekEvidence::session},        {"x509", &ZeekEvidence::certificate},
      {"files", &ZeekEvidence::file},         {"smb_mapping", &ZeekEvidence::share},
      {"open_http", &ZeekEvidence::exchange}, {"open_ssl", &ZeekEvidence::session}};
  const std::string_view log = record.origin.channel;
  if (record.origin.product != "zeek") return false;
  bool told = false;
  out = {};
  if (record.time) out.time = *record.time;
  if (log == "conn" || log == "open_conn") {
    told = connection(record, log == "conn", out);
  } else {
    for (const auto& [name, translate] : kLogs)
      if (log == name) told = (this->*translate)(record, out);
  }
  if (!told) return false;
  out.place.source = "Zeek " + std::string(log);
  return true;
}

bool ZeekEvidence::connection(const event::LogRecord& record, bool finished, event::Activity& out) {
  const std::optional<Sides> sides = ends(record);
  if (!sides) return false;
  event::ConnectionMade made;
  made.id = text_of(record, "uid");
  made.transport = transport_of(text_of(record, "proto"));
  made.outbound = sides->outbound;
  made.local = sides->local;
  made.remote = sides->remote;
  made.service = service_of(text_of(record, "service"));
  made.answered = answered(text_of(record, "conn_state"));
  made.duration_s = decimal_of(record, "duration");
  made.bytes_out = number_of<uint64_t>(record, "orig_bytes");
  made.bytes_in = number_of<uint64_t>(record, "resp_bytes");
  made.packets_out = number_of<uint64_t>(record, "orig_pkts");
  made.packets_in = number_of<uint64_t>(record, "resp_pkts");
  if (sides->swapped) swap_counts(made);
  made.finished = finished;
  out.host = sides->local.address.text();
  out.what = std::move(made);
  return true;
}

bool ZeekEvidence::lookup(const event::LogRecord& record, event::Activity& out) {
  const std::optional<Sides> sides = ends(record);
  const std::string_view query = text_of(record, "query");
  if (!sides || query.empty()) return false;
  event::DnsLookup lookup;
  lookup.name = folded_name(query);
  lookup.type = text_of(record, "qtype_name");
  lookup.response_code = text_of(record, "rcode_name");
  lookup.answers = list_of(record, "answers");
  for (const std::string& answer : lookup.answers)
    if (const auto address = IpAddress::parse(answer)) lookup.addresses.push_back(*address);
  for (const std::string& ttl : list_of(record, "TTLs")) {
    double seconds = 0;
    if (std::from_chars(ttl.data(), ttl.data() + ttl.size(), seconds).ec != std::errc{}) continue;
    if (seconds < 0 || seconds > 0x7fffffff) continue;
    const auto whole = static_cast<uint32_t>(seconds);
    lookup.ttl_s = std::min(lookup.ttl_s.value_or(whole), whole);
  }
  // The asker is the client whichever side is inside: a resolver asked from outside is asked.
  lookup.local = sides->swapped ? sides->remote : sides->local;
  lookup.resolver = sides->swapped ? sides->local : sides->remote;
  out.host = lookup.local.address.text();
  out.what = std::move(lookup);
  return true;
}

bool ZeekEvidence::exchange(const event::LogRecord& record, event::Activity& out) {
  const std::optional<Sides> sides = ends(record);
  if (!sides || sides->swapped) return false;
  event::HttpExchange http;
  http.connection_id = text_of(record, "uid");
  http.local = sides->local;
  http.remote = sides->remote;
  http.method = text_of(record, "method");
  http.host = host_of_authority(text_of(record, "host"));
  http.uri = text_of(record, "uri");
  http.user_agent = text_of(record, "user_agent");
  http.referrer = text_of(record, "referrer");
  http.status = number_of<uint16_t>(record, "status_code").value_or(0);
  http.content_type = text_of(record, "resp_mime_types");
  http.request_bytes = number_of<uint64_t>(record, "request_body_len");
  http.response_bytes = number_of<uint64_t>(record, "response_body_len");
  http.through_proxy = said_to_proxy(http.method, http.uri) ||
                       text_of(record, "proxied").starts_with("PROXY-CONNECTION");
  out.host = http.local.address.text();
  out.what = std::move(http);
  return true;
}

bool ZeekEvidence::session(const event::LogRecord& record, event::Activity& out) {
  const std::optional<Sides> sides = ends(record);
  if (!sides || sides->swapped) return false;
  event::TlsSession tls;
  tls.connection_id = text_of(record, "uid");
  tls.local = sides->local;
  tls.remote = sides->remote;
  tls.server_name = folded_name(text_of(record, "server_name"));
  tls.version = text_of(record, "version");
  tls.ja3 = text_of(record, "ja3");
  tls.ja3s = text_of(record, "ja3s");
  tls.ja4 = text_of(record, "ja4");
  tls.alpn = text_of(record, "next_protocol");
  tls.subject = text_of(record, "subject");
  tls.issuer = text_of(record, "issuer");
  tls.established = boolean_of(record, "established");
  std::string leaf(text_of(record, "cert_chain_fps"));
  set_digest(tls, folded_digest(leaf));
  if (leaf.empty()) leaf = text_of(record, "cert_chain_fuids");
  const Certificate* certificate = leaf.empty() ? nullptr : certificates_.find(leaf);
  if (certificate != nullptr) {
    tls.subject = certificate->subject;
    tls.issuer = certificate->issuer;
  }
  if (says_self_signed(text_of(record, "validation_status")))
    tls.self_signed = true;
  else if (!tls.subject.empty())
    tls.self_signed = tls.subject == tls.issuer;
  out.host = tls.local.address.text();
  const bool waits = tls.subject.empty() && !leaf.empty();
  out.what = std::move(tls);
  if (waits) sessions_.keep(leaf, out);
  return true;
}

// A certificate tells something only with the session that carried it; a session that was told
// already is told again, once, when its certificate turns out to be its own signer.
bool ZeekEvidence::certificate(const event::LogRecord& record, event::Activity& out) {
  std::string id(text_of(record, "fingerprint"));
  if (id.empty()) id = text_of(record, "id");
  Certificate certificate{std::string(text_of(record, "certificate.subject")),
                          std::string(text_of(record, "certificate.issuer"))};
  if (id.empty() || certificate.subject.empty()) return false;
  const event::Activity* waiting = sessions_.find(id);
  const bool self_signed = certificate.subject == certificate.issuer;
  if (waiting != nullptr && self_signed) {
    out = *waiting;
    auto& tls = std::get<event::TlsSession>(out.what);
    tls.subject = certificate.subject;
    tls.issuer = certificate.issuer;
    tls.self_signed = true;
  }
  certificates_.keep(id, std::move(certificate));
  return waiting != nullptr && self_signed;
}

bool ZeekEvidence::file(const event::LogRecord& record, event::Activity& out) {
  // Zeek 5 has the connection's own fields; before, only the hosts' addresses.
  const bool has_ends = record.find("id.orig_h") != nullptr;
  std::optional<Sides> sides = ends(record);
  const auto sender = address_of(record, "tx_hosts"), receiver = address_of(record, "rx_hosts");
  if (!has_ends && sender && receiver) sides = sides_of({*receiver, 0}, {*sender, 0});
  if (!sides) return false;
  event::FileCarried file;
  file.connection_id = text_of(record, has_ends ? "uid" : "conn_uids");
  file.local = sides->local;
  file.remote = sides->remote;
  const std::optional<bool> from_client = boolean_of(record, "is_orig");
  if (sender)
    file.inbound = *sender != sides->local.address;
  else if (from_client)
    file.inbound = *from_client == sides->swapped;
  file.protocol = folded_name(text_of(record, "source"));
  file.name = text_of(record, "filename");
  file.content_type = text_of(record, "mime_type");
  file.bytes = number_of<uint64_t>(record, "seen_bytes");
  file.md5 = folded_digest(text_of(record, "md5"));
  file.sha1 = folded_digest(text_of(record, "sha1"));
  file.sha256 = folded_digest(text_of(record, "sha256"));
  // Certificates come as files too; ssl and x509 tell them better.
  if (file.content_type.starts_with("application/x-x509")) return false;
  out.host = file.local.address.text();
  out.what = std::move(file);
  return true;
}

bool ZeekEvidence::share(const event::LogRecord& record, event::Activity& out) {
  const std::optional<Sides> sides = ends(record);
  const std::string_view path = text_of(record, "path");
  if (!sides || path.empty()) return false;
  event::ShareConnected share;
  share.share = path;
  if (sides->swapped) share.from = sides->remote.address;
  out.host = sides->local.address.text();
  out.what = std::move(share);
  return true;
}

}  // namespace picket::detect::evidence
