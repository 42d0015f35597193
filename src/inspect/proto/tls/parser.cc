// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/tls/parser.h"

#include <algorithm>

#include "base/counter.h"
#include "inspect/proto/tls/record.h"

namespace picket::inspect::tls {
namespace {

Counter certificates_left_out{"inspect.tls.certificates_left_out",
                              "certificates beyond those kept of a chain"};

constexpr uint8_t kClientHello = 1, kServerHello = 2, kCertificate = 11, kServerKeyExchange = 12,
                  kCertificateRequest = 13, kServerHelloDone = 14, kClientKeyExchange = 16;
constexpr uint16_t kDrafts = 0x7f00;

}  // namespace

TlsParser::TlsParser(const FlowContext& flow) {
  transactions_.push_back(std::make_unique<TlsTransaction>(0));
  transactions_.back()->started = flow.now;
  static_cast<TlsTransaction&>(*transactions_.back()).from = flow.came_from;
}

TlsTransaction* TlsParser::transaction() {
  return transactions_.empty() ? nullptr
                               : static_cast<TlsTransaction*>(transactions_.front().get());
}

void TlsParser::client_hello(Bytes body) {
  TlsTransaction& session = *transaction();
  if (session.speakers[0].hello_seen) return;  // the first one counts
  Speaker& client = session.speakers[0];
  const Bytes kept = body.first(std::min(body.size(), kHelloMax));
  client.hello_bytes.assign(kept.begin(), kept.end());
  const Status status = ClientHelloReader::read_message(client.hello_bytes, session.client_hello);
  if (status != Status::kComplete) {
    session.add_event("invalid_handshake_message", Direction::kToServer);
    session.client_hello.clear();
    return;
  }
  client.hello_seen = true;
  session.state_bits |= 1;
  size_t names = 0;
  for (const Extension& extension : session.client_hello.extensions)
    names += extension.type == kServerName;
  if (names > 1) session.add_event("multiple_sni_extensions", Direction::kToServer);
  session.set_progress(Direction::kToServer, 1);
}

void TlsParser::server_hello(Bytes body) {
  TlsTransaction& session = *transaction();
  Speaker& server = session.speakers[1];
  if (server.hello_seen) return;
  const Bytes kept = body.first(std::min(body.size(), kHelloMax));
  server.hello_bytes.assign(kept.begin(), kept.end());
  if (!read_server_hello(server.hello_bytes, session.server_hello)) {
    session.add_event("invalid_handshake_message", Direction::kToClient);
    return;
  }
  server.hello_seen = true;
  session.state_bits |= 2;
  session.set_progress(Direction::kToClient, 1);
  const uint16_t version = session.server_hello.version;
  if (version >= kTls13 && version < 0xfe00 && (version == kTls13 || version >= kDrafts))
    encrypted(Direction::kToClient);  // the rest of its handshake is
}

// Certificate of TLS up to 1.2 (RFC 5246 7.4.2).
void TlsParser::certificates(Direction direction, Bytes body) {
  TlsTransaction& session = *transaction();
  Speaker& speaker = session.speakers[index(direction)];
  if (speaker.chain_length > 0) return;
  ByteReader reader(body);
  ByteReader list(reader.take(reader.u24()));
  bool fits = !reader.failed();
  while (list.remaining() > 0) {
    const Bytes der = list.take(list.u24());
    if (list.failed()) {
      fits = false;
      break;
    }
    ++speaker.chain_length;
    if (speaker.chain.size() < Speaker::kChainMax && der.size() <= Certificate::kBytesMax)
      speaker.chain.emplace_back(der.begin(), der.end());
    else
      certificates_left_out.add();
  }
  if (!speaker.chain.empty()) {
    speaker.certificate = read_certificate(speaker.chain.front());
    if (!speaker.certificate) {
      fits = false;
      session.add_event("invalid_certificate", direction);
      if (!der_lengths_fit(speaker.chain.front()))
        session.add_event("certificate_invalid_length", direction);
    }
  }
  if (!fits) session.add_event("invalid_handshake_message", direction);
  session.set_progress(direction, 2);
}

void TlsParser::heartbeat(Direction direction, const Item& item) {
  TlsTransaction& session = *transaction();
  session.add_event("heartbeat_message", direction);
  if (readers_[index(direction)].encrypted() || item.body.size() < 3) return;
  const size_t said = static_cast<size_t>(item.body[1]) << 8 | item.body[2];
  if (item.body[0] == 1 && said + 3 > item.record_size) {
    session.add_event("overflow_heartbeat_message", direction);
    session.add_event("invalid_heartbeat_message", direction);
  }
}

// What `direction` says from here on cannot be read.
void TlsParser::encrypted(Direction direction) {
  TlsTransaction& session = *transaction();
  if (readers_[index(direction)].encrypted()) return;
  readers_[index(direction)].set_encrypted();
  Speaker& speaker = session.speakers[index(direction)];
  speaker.finished = true;
  const uint16_t version = session.server_hello.version;
  const bool old = version != 0 && version < kTls13;
  if (direction == Direction::kToClient && old && speaker.hello_seen && speaker.chain_length == 0)
    session.resumed = true;
  session.set_progress(direction, Transaction::kDone);
}

void TlsParser::message(Direction direction, const Item& item) {
  TlsTransaction& session = *transaction();
  const bool ask = direction == Direction::kToServer;
  switch (item.type) {
    case kClientHello:
      if (ask) client_hello(item.body);
      break;
    case kServerHello:
      if (!ask) server_hello(item.body);
      break;
    case kCertificate: certificates(direction, item.body); break;
    case kCertificateRequest:
      if (!ask) session.certificate_requested = true;
      break;
    case kServerKeyExchange: session.state_bits |= 8; break;
    case kServerHelloDone:
      if (!ask) session.set_progress(direction, 3);
      break;
    case kClientKeyExchange:
      session.state_bits |= 4;
      if (ask) session.set_progress(direction, 2);
      break;
    default:
      if (item.type > 24 && item.type != 67 && item.type != 254)
        session.add_event("invalid_handshake_message", direction);
      break;
  }
}

bool TlsParser::handle(Direction direction, const Item& item) {
  TlsTransaction& session = *transaction();
  using Kind = HandshakeReader::Kind;
  switch (item.kind) {
    case Kind::kMessage: message(direction, item); return true;
    case Kind::kSkipped: session.add_event("handshake_invalid_length", direction); return true;
    case Kind::kChangeCipher:
    case Kind::kApplication: encrypted(direction); return true;
    case Kind::kHeartbeat: heartbeat(direction, item); return true;
    case Kind::kAlert:
    case Kind::kNeedMore: return true;
    case Kind::kBadType: session.add_event("invalid_record_type", direction); return false;
    case Kind::kBadVersion: session.add_event("invalid_record_version", direction); return false;
    case Kind::kBadLength: session.add_event("invalid_record_length", direction); return false;
  }
  return true;
}

// The hello of SSL 2.0 (two bytes of length, type 1), which newer servers answer in TLS. Returns
// its size; 0: it is none; more than there is: more bytes needed.
size_t TlsParser::sslv2_hello(Bytes bytes) {
  if (bytes.empty() || (bytes[0] & 0x80) == 0) return 0;
  if (bytes.size() < 5) return 5;
  if (bytes[2] != 1) return 0;
  TlsTransaction& session = *transaction();
  session.sslv2_version = static_cast<uint16_t>(bytes[3] << 8 | bytes[4]);
  session.state_bits |= 1;
  session.set_progress(Direction::kToServer, 1);
  return 2 + (static_cast<size_t>(bytes[0] & 0x7f) << 8 | bytes[1]);
}

ParseResult TlsParser::on_data(Direction direction, Bytes bytes, bool, FlowContext&) {
  ParseResult result;
  if (over_ || bytes.empty() || transaction() == nullptr) {
    result.consumed = bytes.size();
    return result;
  }
  bool& started = started_[index(direction)];
  if (!started && direction == Direction::kToServer && bytes[0] >= 0x80) {
    const size_t size = sslv2_hello(bytes);
    if (size > bytes.size()) {
      result.need = size;
      return result;
    }
    result.consumed = size;
  }
  started = true;
  HandshakeReader& reader = readers_[index(direction)];
  for (size_t items = 0;; ++items) {
    const Item item = reader.next(bytes, result.consumed);
    if (item.kind == HandshakeReader::Kind::kNeedMore) break;
    if (items == kRecordsPerCallMax)
      transaction()->add_event("too_many_records_in_packet", direction);
    if (item.record_version != 0)
      transaction()->speakers[index(direction)].record_version = item.record_version;
    if (!handle(direction, item)) {
      result.status = ParseStatus::kFailed;
      for (const Direction both : {Direction::kToServer, Direction::kToClient})
        transaction()->set_progress(both, Transaction::kDone);
      return result;
    }
  }
  over_ = readers_[0].encrypted() && readers_[1].encrypted();
  if (over_) {
    result.consumed = bytes.size();
    result.status = ParseStatus::kFinished;
  }
  return result;
}

ParseStatus TlsParser::on_gap(Direction direction, uint64_t, FlowContext&) {
  if (over_ || transaction() == nullptr) return ParseStatus::kOk;
  transaction()->set_progress(direction, Transaction::kDone);
  return ParseStatus::kFailed;
}

void TlsParser::on_end(FlowContext&) {
  for (const auto& session : transactions_)
    for (const Direction direction : {Direction::kToServer, Direction::kToClient})
      session->set_progress(direction, Transaction::kDone);
}

}  // namespace picket::inspect::tls
