// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/mdns/descriptor.h"

#include "inspect/proto/dns/dns_parser.h"
#include "inspect/proto/dns/local_transaction.h"

namespace picket::inspect::mdns {
namespace {

constexpr dns::LocalKind::Flag kFlags[] = {{0x0400, "aa"}, {0x0200, "tc"}, {0x0100, "rd"},
                                           {0x0080, "ra"}, {0x0040, "z"},  {0x0020, "ad"},
                                           {0x0010, "cd"}};
constexpr dns::LocalKind kKind = {.protocol = AppProtocol::kMdns,
                                  .queries = BufferId::k_mdns_queries_rrname,
                                  .answers = BufferId::k_mdns_answers_rrname,
                                  .authorities = BufferId::k_mdns_authorities_rrname,
                                  .additionals = BufferId::k_mdns_additionals_rrname,
                                  .response = BufferId::k_mdns_response_rrname,
                                  .flags = kFlags,
                                  .every_type = false,
                                  .opcode_must_be_0 = false,
                                  .shows_rcode = true};

}  // namespace

// Questions and answers both go to the group, so a first message that answers reverses nothing.
ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint) {
  using enum ProtocolDescriptor::Verdict;
  if (!port_hint) return kNo;
  return dns::probe_message(direction, bytes, false) == kNo ? kNo : kYes;
}

std::unique_ptr<AppParser> make(const FlowContext&) {
  return std::make_unique<dns::DnsParser>(
      [](uint64_t id, Direction direction,
         dns::ShownMessage&& message) -> std::unique_ptr<Transaction> {
        return std::make_unique<dns::LocalTransaction>(kKind, id, direction, std::move(message));
      });
}

}  // namespace picket::inspect::mdns
