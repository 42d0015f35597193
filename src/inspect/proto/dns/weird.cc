// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dns/weird.h"

#include <iterator>

namespace picket::inspect::dns {

Counter& counter_of(Weird kind) {
  static Counter counters[] = {
      {"weird.dns.cut_short", "DNS messages that end before their last record does"},
      {"weird.dns.pointer_forward", "DNS names with a compression pointer that points ahead"},
      {"weird.dns.pointer_loop", "DNS names with a compression pointer into themselves"},
      {"weird.dns.pointer_into_header", "DNS names with a compression pointer into the header"},
      {"weird.dns.pointer_chain", "DNS names with more compression pointers than allowed"},
      {"weird.dns.name_too_long", "DNS names of more than 255 bytes"},
      {"weird.dns.label_type", "DNS names with a label of an unknown type"},
      {"weird.dns.too_many_questions", "DNS messages with more questions than are read"},
      {"weird.dns.too_many_records", "DNS messages with more records than are read"},
      {"weird.dns.bad_rdata", "DNS records whose data does not fit their type"},
      {"weird.dns.odd_opt",
       "EDNS records that are doubled, named or outside the additional section"},
      {"weird.dns.reserved_bit", "DNS messages with the reserved header bit set"},
      {"weird.dns.ttl_top_bit", "DNS records with a TTL beyond 2^31, taken as 0"},
      {"weird.dns.trailing_bytes", "DNS messages followed by bytes that belong to nothing"},
      {"weird.dns.tcp_empty_message", "DNS over TCP messages of length 0"},
      {"weird.dns.tcp_out_of_step", "DNS over TCP pieces that do not continue the piece before"},
      {"weird.dns.tcp_too_long", "DNS over TCP messages too long to keep; their start was read"},
      {"weird.dns.answer_unrelated",
       "DNS answers holding records that do not belong to the question"},
      {"weird.dns.chain_loop", "DNS answers whose CNAME chain loops or is too long"},
      {"weird.dns.too_many_addresses", "DNS answers with more addresses than are kept"},
      {"weird.dns.not_host_name", "DNS answers for names that no host can have"},
      {"weird.dns.multicast_not_local", "mDNS answers for names outside .local"},
      {"weird.dns.too_many_names", "mDNS answers with more host names than are read"},
  };
  static_assert(std::size(counters) == static_cast<size_t>(Weird::kCount));
  return counters[static_cast<size_t>(kind)];
}

}  // namespace picket::inspect::dns
