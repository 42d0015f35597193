// SPDX-License-Identifier: Apache-2.0
// Keywords about link and IP headers.
#include "detect/suricata/keyword/header_number.h"
#include "detect/suricata/text.h"

namespace picket::detect::suricata::keyword {
namespace {

using packet::Packet;

std::optional<int64_t> ttl(const Packet& p) { return number_if(p, p.ip_version != 0, p.ttl); }
std::optional<int64_t> ip_id(const Packet& p) { return number_if(p, p.ip_version == 4, p.ip_id); }
std::optional<int64_t> tos(const Packet& p) { return number_if(p, p.ip_version != 0, p.tos); }
std::optional<int64_t> fragment_offset(const Packet& p) {
  return number_if(p, p.ip_version != 0, p.fragment_offset);
}
std::optional<int64_t> vlan_layers(const Packet& p) { return p.vlan_count; }

constexpr NamedNumber kProtocols[] = {{"icmp", 1},  {"igmp", 2},   {"ipip", 4},       {"tcp", 6},
                                      {"udp", 17},  {"ipv6", 41},  {"gre", 47},       {"esp", 50},
                                      {"ah", 51},   {"icmp6", 58}, {"ipv6-icmp", 58}, {"eigrp", 88},
                                      {"ospf", 89}, {"pim", 103},  {"sctp", 132}};

std::optional<int64_t> protocol(const Packet& p) {
  return p.ip_version == 0 ? std::nullopt : std::optional<int64_t>(p.protocol);
}

Result<void> parse_ip_proto(RuleBuilder& rule, const RuleOption& option) {
  TRY_ASSIGN(NumberCondition test, header_number_condition(option, kProtocols));
  if (test.is_equality() && test.first() >= 0 && test.first() <= 255)
    rule.rule().only_protocol = static_cast<uint8_t>(test.first());
  rule.add_packet_check(rule.arena().make<HeaderNumberCheck>(protocol, test), true, true);
  return {};
}

class SameIpCheck final : public PacketCheck {
 public:
  bool matches(MatchScope& scope) const override {
    return scope.packet().ip_version != 0 && scope.packet().source == scope.packet().destination;
  }
};
Result<void> parse_sameip(RuleBuilder& rule, const RuleOption&) {
  rule.add_packet_check(rule.arena().make<SameIpCheck>(), true, true);
  return {};
}

class IpOptionsCheck final : public PacketCheck {
 public:
  explicit IpOptionsCheck(uint32_t bits) : bits_(bits) {}
  bool matches(MatchScope& scope) const override {
    return (scope.packet().ip_options_seen & bits_) != 0;
  }

 private:
  uint32_t bits_;
};

Result<void> parse_ipopts(RuleBuilder& rule, const RuleOption& option) {
  constexpr std::pair<std::string_view, uint32_t> kNames[] = {
      {"rr", packet::kIpOptionRr},       {"lsrr", packet::kIpOptionLsrr},
      {"eol", packet::kIpOptionEol},     {"nop", packet::kIpOptionNop},
      {"ts", packet::kIpOptionTs},       {"sec", packet::kIpOptionSec},
      {"esec", packet::kIpOptionEsec},   {"ssrr", packet::kIpOptionSsrr},
      {"satid", packet::kIpOptionSatid}, {"rtralt", packet::kIpOptionRtralt},
      {"cipso", packet::kIpOptionCipso}, {"any", ~uint32_t{0}}};
  for (auto& [name, bits] : kNames)
    if (name == option.value) {
      rule.add_packet_check(rule.arena().make<IpOptionsCheck>(bits), true);
      return {};
    }
  return failure(
      "expected rr, lsrr, eol, nop, ts, sec, esec, ssrr, satid, rtralt, cipso or any, found \"" +
      std::string(option.value) + "\"");
}

// fragbits: M more fragments, D don't fragment, R reserved; + all of these, * any, ! none.
class FragmentBitsCheck final : public PacketCheck {
 public:
  FragmentBitsCheck(uint8_t bits, char mode) : bits_(bits), mode_(mode) {}
  bool matches(MatchScope& scope) const override {
    const Packet& p = scope.packet();
    if (p.ip_version != 4) return false;
    unsigned seen =
        (p.more_fragments ? 1u : 0u) | (p.dont_fragment ? 2u : 0u) | (p.reserved_bit ? 4u : 0u);
    switch (mode_) {
      case '+': return (seen & bits_) == bits_;
      case '*': return (seen & bits_) != 0;
      case '!': return (seen & bits_) != bits_;
      default: return seen == bits_;
    }
  }

 private:
  uint8_t bits_;
  char mode_;
};

Result<void> parse_fragbits(RuleBuilder& rule, const RuleOption& option) {
  unsigned bits = 0;
  char mode = '=';
  for (char c : option.value) {
    if (c == '+' || c == '*' || c == '!')
      mode = c;
    else if (c == 'M')
      bits |= 1;
    else if (c == 'D')
      bits |= 2;
    else if (c == 'R')
      bits |= 4;
    else
      return failure("expected M, D, R with +, * or !, found \"" + std::string(1, c) + "\"");
  }
  rule.add_packet_check(rule.arena().make<FragmentBitsCheck>(static_cast<uint8_t>(bits), mode),
                        true);
  return {};
}

// vlan.id:TEST[,LAYER|any|all]; layer 0 is the outermost, negative from the inside.
class VlanCheck final : public PacketCheck {
 public:
  enum class Which : uint8_t { kAny, kAll, kOne };
  VlanCheck(NumberCondition test, Which which, int layer)
      : test_(test), which_(which), layer_(layer) {}
  bool matches(MatchScope& scope) const override {
    const Packet& p = scope.packet();
    int count = p.vlan_count;
    if (which_ == Which::kOne) {
      int at = layer_ < 0 ? count + layer_ : layer_;
      return at >= 0 && at < count && test_.matches(p.vlan[static_cast<size_t>(at)]);
    }
    int holding = 0;
    for (int i = 0; i < count; ++i)
      holding += test_.matches(p.vlan[static_cast<size_t>(i)]) ? 1 : 0;
    return which_ == Which::kAny ? holding > 0 : count > 0 && holding == count;
  }

 private:
  NumberCondition test_;
  Which which_;
  int layer_;
};

Result<void> parse_vlan_id(RuleBuilder& rule, const RuleOption& option) {
  size_t comma = option.value.find(',');
  TRY_ASSIGN(NumberCondition test, NumberCondition::parse(option.value.substr(0, comma)));
  std::string_view layer =
      comma == std::string_view::npos ? "any" : trimmed(option.value.substr(comma + 1));
  auto number = parse_number<int>(layer);
  if (layer != "any" && layer != "all" && (!number || *number < -3 || *number > 2))
    return failure("expected a layer of -3 to 2, any or all, found \"" + std::string(layer) + "\"");
  auto which = number           ? VlanCheck::Which::kOne
               : layer == "all" ? VlanCheck::Which::kAll
                                : VlanCheck::Which::kAny;
  rule.add_packet_check(rule.arena().make<VlanCheck>(test, which, number.value_or(0)), true);
  return {};
}

constexpr Keyword kKeywords[] = {
    {"ttl", "", State::kFull, "Time to live, hop limit.", "ttl:<5;", "", parse_header_number<ttl>},
    {"id", "", State::kFull, "IPv4 identification.", "id:1;", "", parse_header_number<ip_id>},
    {"tos", "", State::kFull, "Type of service, traffic class.", "tos:!8;", "",
     parse_header_number<tos>},
    {"fragoffset", "", State::kFull, "Fragment offset.", "fragoffset:>0;", "",
     parse_header_number<fragment_offset>},
    {"fragbits", "", State::kFull, "Fragment bits M, D, R.", "fragbits:M;", "", parse_fragbits},
    {"ip_proto", "", State::kFull, "IP protocol number or name.", "ip_proto:!6;", "",
     parse_ip_proto},
    {"ipopts", "", State::kFull, "An IPv4 option is there.", "ipopts:lsrr;", "", parse_ipopts},
    {"sameip", "", State::kFull, "Source and destination are the same.", "sameip;", "",
     parse_sameip},
    {"geoip", "", State::kRefused, "Country of an address.", "geoip:src,DE;",
     "country databases are the user's and not opened by rules"},
    {"vlan.id", "", State::kFull, "VLAN number, by layer.", "vlan.id:300,0;", "", parse_vlan_id},
    {"vlan.layers", "", State::kFull, "How many VLAN tags.", "vlan.layers:2;", "",
     parse_header_number<vlan_layers>},
};

}  // namespace

Keywords ip_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
