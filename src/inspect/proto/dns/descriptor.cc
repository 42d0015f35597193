// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dns/descriptor.h"

#include "inspect/proto/dns/dns_parser.h"
#include "inspect/proto/dns/dns_transaction.h"

namespace picket::inspect::dns {

ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint) {
  return probe_message(direction, bytes, !port_hint);
}

ProtocolDescriptor::Verdict probe_stream(Direction direction, Bytes bytes, bool port_hint) {
  return probe_tcp(direction, bytes, !port_hint);
}

std::unique_ptr<AppParser> make(const FlowContext&) {
  return std::make_unique<DnsParser>(
      [](uint64_t id, Direction direction, ShownMessage&& message) -> std::unique_ptr<Transaction> {
        return std::make_unique<DnsTransaction>(id, direction, std::move(message));
      });
}

}  // namespace picket::inspect::dns
