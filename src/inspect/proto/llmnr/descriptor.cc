// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/llmnr/descriptor.h"

#include "inspect/proto/dns/dns_parser.h"
#include "inspect/proto/dns/local_transaction.h"

namespace picket::inspect::llmnr {
namespace {

// RFC 4795 2.1.1: conflict, truncated, tentative.
constexpr dns::LocalKind::Flag kFlags[] = {{0x0400, "c"}, {0x0200, "tc"}, {0x0100, "t"}};
constexpr dns::LocalKind kKind = {.protocol = AppProtocol::kLlmnr,
                                  .queries = BufferId::k_llmnr_queries_rrname,
                                  .answers = BufferId::k_llmnr_answers_rrname,
                                  .authorities = BufferId::k_llmnr_authorities_rrname,
                                  .additionals = BufferId::k_llmnr_additionals_rrname,
                                  .response = BufferId::k_llmnr_response_rrname,
                                  .flags = kFlags,
                                  .every_type = true,
                                  .opcode_must_be_0 = true,
                                  .shows_rcode = false};

// Any opcode: one that is not 0 is what a rule may look for.
ProtocolDescriptor::Verdict probe_any(Direction direction, Bytes message) {
  using enum ProtocolDescriptor::Verdict;
  ByteReader reader(message);
  const dns::Header header = dns::read_header(reader);
  if (reader.failed() || header.questions != 1 || header.answers > message.size()) return kNo;
  return header.response == (direction == Direction::kToClient) ? kYes : kReversed;
}

}  // namespace

ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint) {
  return port_hint ? probe_any(direction, bytes) : ProtocolDescriptor::Verdict::kNo;
}

ProtocolDescriptor::Verdict probe_stream(Direction direction, Bytes bytes, bool port_hint) {
  using enum ProtocolDescriptor::Verdict;
  if (!port_hint) return kNo;
  if (bytes.size() < 2 + dns::kHeaderBytes) return kMore;
  return probe_any(direction, bytes.subspan(2));
}

std::unique_ptr<AppParser> make(const FlowContext&) {
  return std::make_unique<dns::DnsParser>(
      [](uint64_t id, Direction direction,
         dns::ShownMessage&& message) -> std::unique_ptr<Transaction> {
        return std::make_unique<dns::LocalTransaction>(kKind, id, direction, std::move(message));
      });
}

}  // namespace picket::inspect::llmnr
