// SPDX-License-Identifier: Apache-2.0
// Keywords about ICMP and IGMP.
#include "detect/suricata/keyword/header_number.h"

namespace picket::detect::suricata::keyword {
namespace {

using packet::Packet;

bool has_id(const Packet& p) {
  const uint8_t type = p.icmp.type;
  if (!p.is_icmp()) return false;
  if (p.ip_version == 6) return type == 128 || type == 129;
  return type == 0 || type == 8 || (type >= 13 && type <= 18);
}
std::optional<int64_t> type(const Packet& p) { return number_if(p, p.is_icmp(), p.icmp.type); }
std::optional<int64_t> code(const Packet& p) { return number_if(p, p.is_icmp(), p.icmp.code); }
std::optional<int64_t> id(const Packet& p) { return number_if(p, has_id(p), p.icmp.id); }
std::optional<int64_t> sequence(const Packet& p) { return number_if(p, has_id(p), p.icmp.seq); }
std::optional<int64_t> mtu(const Packet& p) {
  return number_if(p, p.is_icmp() && p.ip_version == 6 && p.icmp.type == 2, p.icmp.mtu);
}
std::optional<int64_t> igmp_type(const Packet& p) {
  if (p.ip_version != 4 || p.protocol != packet::ip_protocol::kIgmp || p.ip_payload.empty())
    return std::nullopt;
  return p.ip_payload[0];
}

constexpr Keyword kKeywords[] = {
    {"itype", "", State::kFull, "ICMP type.", "itype:>10;", "", parse_header_number<type>},
    {"icode", "", State::kFull, "ICMP code.", "icode:0;", "", parse_header_number<code>},
    {"icmp_id", "", State::kFull, "Id of an ICMP echo and its like.", "icmp_id:0;", "",
     parse_header_number<id>},
    {"icmp_seq", "", State::kFull, "Sequence number of an ICMP echo and its like.", "icmp_seq:0;",
     "", parse_header_number<sequence>},
    {"icmpv6.mtu", "", State::kFull, "MTU of ICMPv6 packet too big.", "icmpv6.mtu:<1280;", "",
     parse_header_number<mtu>},
    {"igmp.type", "", State::kFull, "IGMP type.", "igmp.type:0x11;", "",
     parse_header_number<igmp_type>},
};

}  // namespace

Keywords icmp_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
