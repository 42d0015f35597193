// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/quic/transaction.h"

#include <array>
#include <cstdio>

#include "inspect/proto/tls/fingerprint.h"

namespace picket::inspect::quic {
namespace {

std::string_view extension_name(uint16_t type) {
  switch (type) {
    case 0: return "server_name";
    case 1: return "max_fragment_length";
    case 5: return "status_request";
    case 10: return "supported_groups";
    case 11: return "ec_point_formats";
    case 13: return "signature_algorithms";
    case 15: return "heartbeat";
    case 16: return "alpn";
    case 18: return "signed_certificate_timestamp";
    case 21: return "padding";
    case 22: return "encrypt_then_mac";
    case 23: return "extended_master_secret";
    case 28: return "record_size_limit";
    case 35: return "session_ticket";
    case 41: return "pre_shared_key";
    case 42: return "early_data";
    case 43: return "supported_versions";
    case 44: return "cookie";
    case 45: return "psk_key_exchange_modes";
    case 49: return "post_handshake_auth";
    case 51: return "key_share";
    case 57: return "quic_transport_parameters";
    case 65281: return "renegotiation_info";
    default: return tls::is_grease(type) ? "grease" : std::string_view();
  }
}

std::string version_text(uint32_t version) {
  std::array<char, 16> hex{};
  std::snprintf(hex.data(), hex.size(), "%x", version);
  return hex.data();
}

}  // namespace

bool QuicTransaction::read() {
  for (int shift = 24; shift >= 0; shift -= 8)
    version_bytes_ += static_cast<char>(version_number >> shift);
  if (said_by == Direction::kToServer) {
    if (tls::ClientHelloReader::read_message(bytes_, client_hello_) != tls::Status::kComplete)
      return false;
    ja3_string_ = tls::ja3_string(client_hello_);
    ja4_ = tls::ja4(client_hello_, 'q');
  } else {
    if (!tls::read_server_hello(bytes_, server_hello_)) return false;
    ja3_string_ = tls::ja3s_string(server_hello_);
  }
  ja3_hash_ = tls::md5_hex(ja3_string_);
  return true;
}

std::optional<Bytes> QuicTransaction::buffer(BufferId which, Direction direction, size_t at) {
  if (direction != said_by || at > 0) return std::nullopt;
  const bool ask = said_by == Direction::kToServer;
  const auto if_there = [](std::string_view text) -> std::optional<Bytes> {
    if (text.empty()) return std::nullopt;
    return as_bytes(text);
  };
  switch (which) {
    case BufferId::k_quic_version: return if_there(version_bytes_);
    case BufferId::k_quic_sni:
    case BufferId::k_tls_sni: return ask ? if_there(server_name()) : std::nullopt;
    case BufferId::k_ja3_string: return ask ? if_there(ja3_string_) : std::nullopt;
    case BufferId::k_ja3_hash: return ask ? if_there(ja3_hash_) : std::nullopt;
    case BufferId::k_ja4_hash: return ask ? if_there(ja4_) : std::nullopt;
    case BufferId::k_ja3s_string: return ask ? std::nullopt : if_there(ja3_string_);
    case BufferId::k_ja3s_hash: return ask ? std::nullopt : if_there(ja3_hash_);
    default: return std::nullopt;
  }
}

void QuicTransaction::append_extension(JsonWriter& out, uint16_t type) const {
  out.begin_object();
  out.member_if("name", extension_name(type));
  out.member("type", type);
  if (type == tls::kServerName && !server_name().empty()) {
    out.key("values").begin_array().value(server_name()).end_array();
  } else if (type == tls::kAlpn && !client_hello_.protocols.empty()) {
    out.key("values").begin_array();
    for (const std::string_view offered : client_hello_.protocols) out.value(offered);
    out.end_array();
  }
  out.end_object();
}

void QuicTransaction::append_eve(JsonWriter& out) const {
  const bool ask = said_by == Direction::kToServer;
  out.begin_object().member("version", version_text(version_number));
  if (ask) {
    out.member_if("sni", server_name());
    out.key("ja3")
        .begin_object()
        .member("hash", ja3_hash_)
        .member("string", ja3_string_)
        .end_object();
    out.member("ja4", ja4_);
  } else {
    out.key("ja3s")
        .begin_object()
        .member("hash", ja3_hash_)
        .member("string", ja3_string_)
        .end_object();
  }
  out.key("extensions").begin_array();
  for (const tls::Extension& extension : client_hello_.extensions)
    append_extension(out, extension.type);
  for (const uint16_t type : server_hello_.extensions) append_extension(out, type);
  out.end_array().end_object();
}

}  // namespace picket::inspect::quic
