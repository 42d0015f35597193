// SPDX-License-Identifier: Apache-2.0
// Bytes of the packet itself as buffers.
#include "detect/suricata/keyword/keyword.h"

namespace picket::detect::suricata::keyword {
namespace {

template <HeaderBuffer Which>
Result<void> parse_header(RuleBuilder& rule, const RuleOption&) {
  rule.select({BufferSlot::Source::kPacketHeader, static_cast<uint8_t>(Which), {}});
  rule.require_packet();
  return {};
}

Result<void> parse_pkt_data(RuleBuilder& rule, const RuleOption&) {
  rule.select({});
  return {};
}

// ip.src and ip.dst: with an address list a condition, without one a buffer (for dataset).
class AddressListCheck final : public PacketCheck {
 public:
  AddressListCheck(uint16_t place, bool source, bool negated)
      : place_(place), source_(source), negated_(negated) {}
  bool matches(MatchScope& scope) const override {
    const packet::Packet& packet = scope.packet();
    return packet.ip_version != 0 && scope.rules->addresses[place_].contains(
                                         source_ ? packet.source : packet.destination) != negated_;
  }

 private:
  uint16_t place_;
  bool source_, negated_;
};

template <bool Source>
Result<void> parse_ip_side(RuleBuilder& rule, const RuleOption& option) {
  if (!option.has_value)
    return parse_header < Source ? HeaderBuffer::kIpSource
                                 : HeaderBuffer::kIpDestination > (rule, option);
  TRY_ASSIGN(uint16_t place, rule.set().address_place(option.value));
  rule.add_packet_check(rule.arena().make<AddressListCheck>(place, Source, false), true);
  return {};
}

constexpr Keyword kKeywords[] = {
    {"pkt_data", "", State::kFull, "Back to the payload after a sticky buffer.", "pkt_data;", "",
     parse_pkt_data},
    {"ipv4.hdr", "", State::kFull, "The IPv4 header.",
     "ipv4.hdr; content:\"|06|\"; offset:9; depth:1;", "", parse_header<HeaderBuffer::kIpv4>},
    {"ipv6.hdr", "", State::kFull, "The IPv6 header.", "ipv6.hdr; content:\"|06|\";", "",
     parse_header<HeaderBuffer::kIpv6>},
    {"tcp.hdr", "", State::kFull, "The TCP header with options.", "tcp.hdr; content:\"|02 04|\";",
     "", parse_header<HeaderBuffer::kTcp>},
    {"udp.hdr", "", State::kFull, "The UDP header.", "udp.hdr; content:\"|00 08|\";", "",
     parse_header<HeaderBuffer::kUdp>},
    {"icmpv4.hdr", "", State::kFull, "The ICMPv4 header.", "icmpv4.hdr; content:\"|08|\";", "",
     parse_header<HeaderBuffer::kIcmpv4>},
    {"icmpv6.hdr", "", State::kFull, "The ICMPv6 header.", "icmpv6.hdr; content:\"|80|\";", "",
     parse_header<HeaderBuffer::kIcmpv6>},
    {"ether.hdr", "", State::kFull, "The Ethernet header.", "ether.hdr; content:\"|08 00|\";", "",
     parse_header<HeaderBuffer::kEthernet>},
    {"igmp.hdr", "", State::kFull, "The IGMP message.", "igmp.hdr; content:\"|11|\";", "",
     parse_header<HeaderBuffer::kIgmp>},
    {"sctp.hdr", "", State::kFull, "The SCTP common header.", "sctp.hdr; content:\"|00|\";", "",
     parse_header<HeaderBuffer::kSctp>},
    {"ip.src", "", State::kFull, "The source address: in a list, or as a buffer for dataset.",
     "ip.src; dataset:isset,bad,type ip,load bad.lst;", "", parse_ip_side<true>},
    {"ip.dst", "", State::kFull, "The destination address: in a list, or as a buffer for dataset.",
     "ip.dst:10.0.0.0/8;", "", parse_ip_side<false>},
};

}  // namespace

Keywords packet_buffer_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
