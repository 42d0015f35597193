// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "event/observation.h"
#include "inspect/first_bytes.h"
#include "inspect/proto/dns/message.h"
#include "inspect/proto/http/request.h"
#include "inspect/proto/tls/client_hello.h"

namespace picket::inspect {

constexpr size_t kClientStreamsMax = 1024;  // flows whose first bytes are being put together
constexpr size_t kDnsStreamsMax = 256;      // DNS over TCP flows with a message begun
constexpr size_t kRememberedMax = 4096;     // flows remembered as done (a hash, so about that many)
constexpr size_t kChainMax = 16;            // CNAMEs followed from the name asked
constexpr size_t kAddressesMax = 64;        // kept of one answer
constexpr size_t kMulticastNamesMax = 32;   // read of one mDNS answer

// Told of what the first bytes of an outbound connection said, once it is whole and before the name
// in it is delivered. References are valid during the call.
class FirstWordsListener {
 public:
  virtual ~FirstWordsListener() = default;
  virtual void hello_seen(const event::PayloadSeen& payload, const tls::ClientHello& hello) = 0;
  virtual void request_seen(const event::PayloadSeen& payload, const http::Request& request) = 0;
};

// NameReader turns payload into names: each event::PayloadSeen may give one or more
// event::NameSeen.
//
// - DNS answers received (RFC 1035): the name asked for, with the addresses that the answer section
//   ties to it through its CNAMEs, and the hints of HTTPS and SVCB records (RFC 9460); the smallest
//   TTL on that way. Errors, questions, and answers to another question give nothing. Answers that
//   this machine sends (it runs a resolver) give nothing: who asked sees them too.
// - mDNS answers received (RFC 6762): names under .local only, asker empty since everybody hears
//   them, each name with its addresses, goodbyes (TTL 0) left out.
// - First bytes of an outbound connection: the SNI of a TLS ClientHello, or the Host of an HTTP/1
//   request. A request to a proxy (absolute target, CONNECT) names somebody else than the peer and
//   is counted in "inspect.proxy_requests", as "first bytes" of inbound connections name ourselves
//   and give nothing. One flow gives one such name.
//
// A name is delivered only if is_host_name() says so; addresses that name nobody (0.0.0.0, ::) are
// left out. Bytes that are not what they should be are counted as weird. Not thread-safe; deliver
// is called during read(), on its thread, and may not call back into the reader.
class NameReader {
 public:
  using Deliver = std::function<void(event::NameSeen&&)>;
  explicit NameReader(Deliver deliver) : deliver_(std::move(deliver)) {}

  void read(const event::PayloadSeen& payload);
  void set_listener(FirstWordsListener* listener) { listener_ = listener; }
  // The socket is gone: drops what was kept for it.
  void forget(uint64_t cookie);
  // Flows that something is kept for.
  size_t streams() const { return client_streams_.size() + dns_streams_.size(); }

 private:
  enum class Verdict : uint8_t { kDone, kNeedMore };

  void read_dns_stream(const event::PayloadSeen& payload);
  bool continue_dns_stream(const event::PayloadSeen& payload, FirstBytes& begun, Bytes& rest);
  void read_dns_messages(const event::PayloadSeen& payload, Bytes stream);
  dns::Status read_dns_message(const event::PayloadSeen& payload, Bytes bytes);
  void collect_answer(const dns::Question& question, event::NameSeen& name) const;
  void read_multicast_message(const event::PayloadSeen& payload, Bytes bytes);
  void read_first_bytes(const event::PayloadSeen& payload);
  Verdict read_client(const event::PayloadSeen& payload, Bytes stream, bool last);
  Verdict take_hello(const event::PayloadSeen& payload, tls::Status status, bool last);
  Verdict take_request(const event::PayloadSeen& payload, http::Status status, bool last);
  void deliver_flow_name(const event::PayloadSeen& payload, event::NameSource source,
                         const std::string& name_text);
  bool remembered(uint64_t cookie) const { return done_[slot(cookie)] == cookie; }
  static size_t slot(uint64_t cookie);

  Deliver deliver_;
  FirstWordsListener* listener_ = nullptr;
  dns::Message message_;
  tls::ClientHelloReader hello_reader_;
  tls::ClientHello hello_;
  http::Request request_;
  FirstBytesTable client_streams_{kClientStreamsMax};
  FirstBytesTable dns_streams_{kDnsStreamsMax};
  std::vector<uint64_t> done_ = std::vector<uint64_t>(kRememberedMax);
};

}  // namespace picket::inspect
