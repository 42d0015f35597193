// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/tls/transaction.h"

#include <openssl/evp.h>

#include "inspect/proto/tls/fingerprint.h"

namespace picket::inspect::tls {
namespace {

std::string base64(Bytes bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(length));
  return text;
}

void append_numbers(JsonWriter& out, std::string_view name, const U16List& list) {
  out.key(name).begin_array();
  for (size_t i = 0; i < list.size(); ++i)
    if (!is_grease(list[i])) out.value(list[i]);
  out.end_array();
}

}  // namespace

const std::string& TlsTransaction::ja3_string() const {
  if (ja3_string_.empty() && speakers[0].hello_seen) ja3_string_ = tls::ja3_string(client_hello);
  return ja3_string_;
}
const std::string& TlsTransaction::ja3_hash() const {
  if (ja3_hash_.empty() && speakers[0].hello_seen) ja3_hash_ = md5_hex(ja3_string());
  return ja3_hash_;
}
const std::string& TlsTransaction::ja3s_string() const {
  if (ja3s_string_.empty() && speakers[1].hello_seen) ja3s_string_ = tls::ja3s_string(server_hello);
  return ja3s_string_;
}
const std::string& TlsTransaction::ja3s_hash() const {
  if (ja3s_hash_.empty() && speakers[1].hello_seen) ja3s_hash_ = md5_hex(ja3s_string());
  return ja3s_hash_;
}
const std::string& TlsTransaction::ja4() const {
  if (ja4_.empty() && speakers[0].hello_seen) ja4_ = tls::ja4(client_hello, 't');
  return ja4_;
}

std::optional<Bytes> TlsTransaction::hello_buffer(BufferId which, Direction direction, size_t at) {
  const bool ask = direction == Direction::kToServer;
  if (!speakers[picket::inspect::index(direction)].hello_seen) return std::nullopt;
  const Bytes random = ask ? client_hello.random : server_hello.random;
  switch (which) {
    case BufferId::k_tls_sni:
      return ask ? unless_empty(as_text(client_hello.server_name_raw)) : std::nullopt;
    case BufferId::k_tls_alpn:
      if (!ask) return at == 0 ? unless_empty(server_hello.protocol) : std::nullopt;
      if (at >= client_hello.protocols.size()) return std::nullopt;
      return as_bytes(client_hello.protocols[at]);
    case BufferId::k_tls_random: return random;
    case BufferId::k_tls_random_time: return random.first(4);
    case BufferId::k_tls_random_bytes: return random.subspan(4);
    case BufferId::k_ja3_hash: return ask ? unless_empty(ja3_hash()) : std::nullopt;
    case BufferId::k_ja3_string: return ask ? unless_empty(ja3_string()) : std::nullopt;
    case BufferId::k_ja4_hash: return ask ? unless_empty(ja4()) : std::nullopt;
    case BufferId::k_ja3s_hash: return ask ? std::nullopt : unless_empty(ja3s_hash());
    case BufferId::k_ja3s_string: return ask ? std::nullopt : unless_empty(ja3s_string());
    default: return std::nullopt;
  }
}

std::optional<Bytes> TlsTransaction::certificate_buffer(BufferId which, Direction direction,
                                                        size_t at) {
  const Speaker& speaker = speakers[picket::inspect::index(direction)];
  if (which == BufferId::k_tls_certs) {
    if (at >= speaker.chain.size()) return std::nullopt;
    return Bytes(speaker.chain[at]);
  }
  if (!speaker.certificate) return std::nullopt;
  const Certificate& certificate = *speaker.certificate;
  switch (which) {
    case BufferId::k_tls_cert_subject: return unless_empty(certificate.subject);
    case BufferId::k_tls_cert_issuer: return unless_empty(certificate.issuer);
    case BufferId::k_tls_cert_serial: return unless_empty(certificate.serial);
    case BufferId::k_tls_cert_fingerprint: return unless_empty(certificate.fingerprint);
    case BufferId::k_tls_subjectaltname:
      if (at >= certificate.alternative_names.size()) return std::nullopt;
      return as_bytes(certificate.alternative_names[at]);
    default: return std::nullopt;
  }
}

std::optional<Bytes> TlsTransaction::buffer(BufferId which, Direction direction, size_t at) {
  if (info(which).shape == BufferShape::kOne && at > 0) return std::nullopt;
  if (const auto found = hello_buffer(which, direction, at)) return found;
  return certificate_buffer(which, direction, at);
}

std::optional<int64_t> TlsTransaction::field(FieldId which, Direction direction, size_t at) {
  if (at > 0) return std::nullopt;
  const bool ask = direction == Direction::kToServer;
  const Speaker& speaker = speakers[picket::inspect::index(direction)];
  switch (which) {
    case FieldId::k_tls_version:
    case FieldId::k_ssl_version:
      if (ask && sslv2_version != 0) return sslv2_version;
      if (!speaker.hello_seen) return std::nullopt;
      return ask ? client_hello.legacy_version : server_hello.version;
    case FieldId::k_ssl_state: return state_bits;
    case FieldId::k_tls_cert_notbefore:
      return speaker.certificate ? speaker.certificate->not_before : std::nullopt;
    case FieldId::k_tls_cert_notafter:
      return speaker.certificate ? speaker.certificate->not_after : std::nullopt;
    case FieldId::k_tls_cert_chain_len:
      if (speaker.chain_length == 0) return std::nullopt;
      return static_cast<int64_t>(speaker.chain_length);
    default: return std::nullopt;
  }
}

void append_certificate(JsonWriter& out, const Speaker& speaker) {
  if (speaker.certificate) {
    const Certificate& certificate = *speaker.certificate;
    out.member_if("subject", certificate.subject).member_if("issuerdn", certificate.issuer);
    if (!certificate.alternative_names.empty()) {
      out.key("subjectaltname").begin_array();
      for (const std::string& name : certificate.alternative_names) out.value(name);
      out.end_array();
    }
    out.member_if("serial", certificate.serial).member_if("fingerprint", certificate.fingerprint);
    if (certificate.not_before) out.member("notbefore", date_text(*certificate.not_before));
    if (certificate.not_after) out.member("notafter", date_text(*certificate.not_after));
  }
  if (speaker.chain.empty()) return;
  out.member("certificate", base64(speaker.chain.front()));
  out.key("chain").begin_array();
  for (const auto& der : speaker.chain) out.value(base64(der));
  out.end_array();
}

void TlsTransaction::append_fingerprints(JsonWriter& out) const {
  if (speakers[0].hello_seen) {
    out.key("ja3")
        .begin_object()
        .member("hash", ja3_hash())
        .member("string", ja3_string())
        .end_object();
    out.member("ja4", ja4());
  }
  if (speakers[1].hello_seen)
    out.key("ja3s")
        .begin_object()
        .member("hash", ja3s_hash())
        .member("string", ja3s_string())
        .end_object();
}

void TlsTransaction::append_handshakes(JsonWriter& out) const {
  if (speakers[0].hello_seen) {
    if (!client_hello.protocols.empty()) {
      out.key("client_alpns").begin_array();
      for (const std::string_view offered : client_hello.protocols) out.value(offered);
      out.end_array();
    }
    out.key("client_handshake")
        .begin_object()
        .member("version", version_text(client_hello.legacy_version));
    append_numbers(out, "ciphers", client_hello.cipher_suites);
    out.key("exts").begin_array();
    for (const Extension& extension : client_hello.extensions)
      if (!extension.grease) out.value(extension.type);
    out.end_array();
    append_numbers(out, "sig_algs", client_hello.signature_algorithms);
    out.end_object();
  }
  if (speakers[1].hello_seen) {
    if (!server_hello.protocol.empty())
      out.key("server_alpns").begin_array().value(server_hello.protocol).end_array();
    out.key("server_handshake")
        .begin_object()
        .member("version", version_text(server_hello.legacy_version));
    out.member("cipher", server_hello.cipher_suite).key("exts").begin_array();
    for (const uint16_t type : server_hello.extensions) out.value(type);
    out.end_array().end_object();
  }
}

bool TlsTransaction::ready_to_log() const {
  const bool asked_for_more = certificate_requested && progress(Direction::kToServer) < 2;
  return done() || (progress(Direction::kToServer) >= 1 && progress(Direction::kToClient) >= 3 &&
                    !asked_for_more);
}

void TlsTransaction::append_eve(JsonWriter& out) const {
  out.begin_object();
  append_certificate(out, speakers[1]);
  if (resumed) out.member("session_resumed", true);
  if (from != AppProtocol::kUnknown) out.member("from_proto", text(from));
  if (speakers[0].hello_seen) out.member_if("sni", as_text(client_hello.server_name_raw));
  out.member("version", version_text(version()));
  append_fingerprints(out);
  append_handshakes(out);
  if (!speakers[0].chain.empty()) {
    out.key("client").begin_object();
    append_certificate(out, speakers[0]);
    out.end_object();
  }
  out.end_object();
}

}  // namespace picket::inspect::tls
