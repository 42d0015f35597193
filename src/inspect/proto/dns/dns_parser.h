// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/app_parser.h"
#include "inspect/proto/dns/shown_message.h"

namespace picket::inspect::dns {

// DNS over UDP (a datagram is a message) and TCP (RFC 1035 4.2.2, RFC 7766: length, message, any
// number of them, in any order). Also mDNS and LLMNR, which share the format: `Make` decides what
// transaction a message becomes. Holds nothing between messages; a message is at most 65,535 bytes.
class DnsParser : public AppParser {
 public:
  using Make = std::unique_ptr<Transaction> (*)(uint64_t id, Direction direction,
                                                ShownMessage&& message);
  explicit DnsParser(Make make) : make_(make) {}

  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  ParseStatus on_gap(Direction direction, uint64_t lost, FlowContext& flow) override;

 private:
  bool read_message(Direction direction, Bytes message, FlowContext& flow);
  bool in_step(Direction direction, Bytes bytes);

  Make make_;
  bool gap_[2] = {false, false};  // after a gap it is not known where a message starts
};

// Whether bytes look like a message: kMore needs at least a header. `strict` asks for a message
// that is whole and well formed, for ports where nobody expects DNS.
ProtocolDescriptor::Verdict probe_message(Direction direction, Bytes message, bool strict);
ProtocolDescriptor::Verdict probe_tcp(Direction direction, Bytes stream, bool strict);

}  // namespace picket::inspect::dns
