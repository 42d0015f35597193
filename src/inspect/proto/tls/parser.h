// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/app_parser.h"
#include "inspect/proto/tls/handshake_reader.h"
#include "inspect/proto/tls/transaction.h"

namespace picket::inspect::tls {

// TLS over TCP up to where it is encrypted (RFC 8446, 5246; SSL 3.0; the hello of SSL 2.0). One
// transaction; when both sides have begun to encrypt, everything else is passed over. Not
// thread-safe. Bounds: those of HandshakeReader, Speaker, Certificate; kHelloMax bytes of a hello
// are kept.
class TlsParser : public AppParser {
 public:
  static constexpr size_t kHelloMax = 16 * 1024;
  static constexpr size_t kRecordsPerCallMax = 256;  // noted as an event beyond

  explicit TlsParser(const FlowContext& flow);
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  ParseStatus on_gap(Direction direction, uint64_t lost, FlowContext& flow) override;
  void on_end(FlowContext& flow) override;

 private:
  using Item = HandshakeReader::Item;
  bool handle(Direction direction, const Item& item);  // false: it cannot be TLS
  void message(Direction direction, const Item& item);
  void client_hello(Bytes body);
  void server_hello(Bytes body);
  void certificates(Direction direction, Bytes body);
  void heartbeat(Direction direction, const Item& item);
  void encrypted(Direction direction);
  size_t sslv2_hello(Bytes bytes);
  TlsTransaction* transaction();

  HandshakeReader readers_[2];
  bool started_[2] = {false, false};
  bool over_ = false;
};

}  // namespace picket::inspect::tls
