// SPDX-License-Identifier: Apache-2.0
// Keywords about ICMP and IGMP.
#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/number_condition.h"

namespace picket::detect::suricata::keyword {
namespace {

using packet::Packet;

class IcmpNumberCheck final : public PacketCheck {
 public:
  using Get = std::optional<int64_t> (*)(const Packet&);
  IcmpNumberCheck(Get get, NumberCondition test) : get_(get), test_(test) {}
  bool matches(MatchScope& scope) const override {
    auto number = get_(scope.packet());
    return number && test_.matches(*number);
  }

 private:
  Get get_;
  NumberCondition test_;
};

bool has_id(const Packet& p) {
  const uint8_t type = p.icmp.type;
  if (!p.is_icmp()) return false;
  if (p.ip_version == 6) return type == 128 || type == 129;
  return type == 0 || type == 8 || (type >= 13 && type <= 18);
}
std::optional<int64_t> type(const Packet& p) {
  return p.is_icmp() ? std::optional<int64_t>(p.icmp.type) : std::nullopt;
}
std::optional<int64_t> code(const Packet& p) {
  return p.is_icmp() ? std::optional<int64_t>(p.icmp.code) : std::nullopt;
}
std::optional<int64_t> id(const Packet& p) {
  return has_id(p) ? std::optional<int64_t>(p.icmp.id) : std::nullopt;
}
std::optional<int64_t> sequence(const Packet& p) {
  return has_id(p) ? std::optional<int64_t>(p.icmp.seq) : std::nullopt;
}
std::optional<int64_t> mtu(const Packet& p) {
  return p.is_icmp() && p.ip_version == 6 && p.icmp.type == 2 ? std::optional<int64_t>(p.icmp.mtu)
                                                              : std::nullopt;
}
std::optional<int64_t> igmp_type(const Packet& p) {
  return p.ip_version == 4 && p.protocol == packet::ip_protocol::kIgmp && !p.ip_payload.empty()
             ? std::optional<int64_t>(p.ip_payload[0])
             : std::nullopt;
}

template <IcmpNumberCheck::Get Get>
Result<void> parse_icmp_number(RuleBuilder& rule, const RuleOption& option) {
  auto value = unquote(option.value);
  TRY_ASSIGN(NumberCondition test,
             NumberCondition::parse(value && value->quoted && !value->negated ? value->text
                                                                              : option.value));
  rule.add_packet_check(rule.arena().make<IcmpNumberCheck>(Get, test), true);
  return {};
}

constexpr Keyword kKeywords[] = {
    {"itype", "", State::kFull, "ICMP type.", "itype:>10;", "", parse_icmp_number<type>},
    {"icode", "", State::kFull, "ICMP code.", "icode:0;", "", parse_icmp_number<code>},
    {"icmp_id", "", State::kFull, "Id of an ICMP echo and its like.", "icmp_id:0;", "",
     parse_icmp_number<id>},
    {"icmp_seq", "", State::kFull, "Sequence number of an ICMP echo and its like.", "icmp_seq:0;",
     "", parse_icmp_number<sequence>},
    {"icmpv6.mtu", "", State::kFull, "MTU of ICMPv6 packet too big.", "icmpv6.mtu:<1280;", "",
     parse_icmp_number<mtu>},
    {"igmp.type", "", State::kFull, "IGMP type.", "igmp.type:0x11;", "",
     parse_icmp_number<igmp_type>},
};

}  // namespace

Keywords icmp_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
