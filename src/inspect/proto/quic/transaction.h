// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "inspect/app/transaction.h"
#include "inspect/proto/tls/client_hello.h"
#include "inspect/proto/tls/server_hello.h"

namespace picket::inspect::quic {

// One hello that came in Initial packets: the client's or the server's. Owns the bytes that its
// views borrow from.
class QuicTransaction : public Transaction {
 public:
  QuicTransaction(uint64_t number, Direction from, uint32_t version, Bytes hello)
      : Transaction(AppProtocol::kQuic, number),
        said_by(from),
        version_number(version),
        bytes_(hello.begin(), hello.end()) {}

  // Reads the hello; false: it is malformed.
  bool read();

  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;

  const Direction said_by;
  const uint32_t version_number;

 private:
  void append_extension(JsonWriter& out, uint16_t type) const;
  std::string_view server_name() const { return as_text(client_hello_.server_name_raw); }

  std::vector<uint8_t> bytes_;
  tls::ClientHello client_hello_;
  tls::ServerHello server_hello_;
  std::string version_bytes_, ja3_string_, ja3_hash_, ja4_;
};

}  // namespace picket::inspect::quic
