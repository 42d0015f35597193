// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "inspect/app/transaction.h"
#include "inspect/proto/tls/certificate.h"
#include "inspect/proto/tls/client_hello.h"
#include "inspect/proto/tls/server_hello.h"

namespace picket::inspect::tls {

// What one side of a session said. Owns the bytes that its hello's views borrow from.
struct Speaker {
  static constexpr size_t kChainMax = 16;  // certificates kept of one side
  std::vector<uint8_t> hello_bytes;
  bool hello_seen = false;
  std::vector<std::vector<uint8_t>> chain;  // DER, as sent; the first is its own
  size_t chain_length = 0;                  // as sent, kept or not
  std::optional<Certificate> certificate;   // the first, if it can be read
  uint16_t record_version = 0;
  bool finished = false;  // what it says from here on is encrypted
};

// A TLS session's handshake: one transaction a flow. Progress: see buffers.def.
class TlsTransaction : public Transaction {
 public:
  explicit TlsTransaction(uint64_t number) : Transaction(AppProtocol::kTls, number) {}

  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  std::optional<int64_t> field(FieldId id, Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;
  // As soon as the server has said all of its handshake that can be read; a client that was asked
  // for its certificate is waited for.
  bool ready_to_log() const override;

  Speaker speakers[2];  // by direction: client, server
  ClientHello client_hello;
  ServerHello server_hello;
  bool resumed = false;
  bool certificate_requested = false;
  uint16_t sslv2_version = 0;                // the client began with SSL 2.0's hello
  AppProtocol from = AppProtocol::kUnknown;  // who handed over (STARTTLS)
  unsigned state_bits = 0;                   // ssl_state

  // Made on first use. Empty: there is no hello.
  const std::string& ja3_string() const;
  const std::string& ja3_hash() const;
  const std::string& ja3s_string() const;
  const std::string& ja3s_hash() const;
  const std::string& ja4() const;
  // The version agreed on; before the answer what the client says; 0: neither has said hello.
  uint16_t version() const {
    return speakers[1].hello_seen ? server_hello.version : client_hello.legacy_version;
  }

 private:
  std::optional<Bytes> hello_buffer(BufferId id, Direction direction, size_t at);
  std::optional<Bytes> certificate_buffer(BufferId id, Direction direction, size_t at);
  void append_fingerprints(JsonWriter& out) const;
  void append_handshakes(JsonWriter& out) const;

  mutable std::string ja3_string_, ja3_hash_, ja3s_string_, ja3s_hash_, ja4_;
};

// The members that EVE has of one side's certificates.
void append_certificate(JsonWriter& out, const Speaker& speaker);

}  // namespace picket::inspect::tls
