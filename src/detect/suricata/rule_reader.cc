// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/rule_reader.h"

#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/text.h"

namespace picket::detect::suricata {
namespace {

using inspect::AppProtocol;
namespace ip = packet::ip_protocol;

struct ActionName {
  std::string_view name;
  Action action;
};
constexpr ActionName kActions[] = {{"alert", Action::kAlert},
                                   {"pass", Action::kPass},
                                   {"drop", Action::kDrop},
                                   {"reject", Action::kReject},
                                   {"rejectsrc", Action::kReject},
                                   {"rejectdst", Action::kRejectDestination},
                                   {"rejectboth", Action::kRejectBoth}};

struct ProtocolName {
  std::string_view name;
  bool any = false;
  uint8_t first = 0, second = 0;
  uint32_t flags = 0;
  int version = 0;  // of IP
};
constexpr ProtocolName kProtocols[] = {{"tcp", false, ip::kTcp},
                                       {"tcp-pkt", false, ip::kTcp, 0, kNoStream},
                                       {"tcp-stream", false, ip::kTcp, 0, kOnlyStream},
                                       {"udp", false, ip::kUdp},
                                       {"icmp", false, ip::kIcmp, ip::kIcmpv6},
                                       {"icmpv4", false, ip::kIcmp},
                                       {"icmpv6", false, ip::kIcmpv6},
                                       {"ip", true},
                                       {"ipv4", true, 0, 0, 0, 4},
                                       {"ip4", true, 0, 0, 0, 4},
                                       {"ipv6", true, 0, 0, 0, 6},
                                       {"ip6", true, 0, 0, 0, 6},
                                       {"sctp", false, ip::kSctp},
                                       {"igmp", false, ip::kIgmp},
                                       {"esp", false, ip::kEsp},
                                       {"gre", false, ip::kGre},
                                       {"pkthdr", true, 0, 0, kPacketHeaderOnly},
                                       {"ether", true, 0, 0, kPacketHeaderOnly},
                                       {"arp", true, 0, 0, kPacketHeaderOnly}};

Result<void> read_protocol(RuleBuilder& builder, std::string_view name) {
  Rule& rule = builder.rule();
  size_t colon = name.find(':');
  if (colon != std::string_view::npos) {
    if (name.substr(colon + 1) != "flow_start")
      return failure("refused: the hook \"" + std::string(name.substr(colon + 1)) +
                     "\" belongs to a firewall's rules");
    rule.flags |= kFlowStart | kNeedsFlow;
    name = name.substr(0, colon);
  }
  for (const ProtocolName& protocol : kProtocols) {
    if (protocol.name != name) continue;
    rule.any_protocol = protocol.any;
    rule.protocol = protocol.first;
    rule.second_protocol = protocol.second;
    rule.flags |= protocol.flags;
    rule.v4_only = protocol.version == 4;
    rule.v6_only = protocol.version == 6;
    if (protocol.flags & kOnlyStream) builder.require_stream();
    return {};
  }
  if (name == "http1") rule.http1_only = true;
  std::string_view app_name = name == "http1"   ? "http"
                              : name == "ikev2" ? "ike"
                              : name == "ssl"   ? "tls"
                              : name == "nfs3"  ? "nfs"
                                                : name;
  auto app = inspect::parse_app_protocol(app_name);
  if (!app || *app == AppProtocol::kUnknown || *app == AppProtocol::kFailed ||
      *app == AppProtocol::kAny)
    return failure("unknown protocol \"" + std::string(name) + "\"");
  rule.any_protocol = true;
  rule.app = *app;
  return {};
}

Result<void> read_direction(Rule& rule, std::string_view text) {
  if (text == "<>")
    rule.flags |= kBothWays;
  else if (text == "=>")
    rule.flags |= kTransactional;
  else if (text != "->")
    return failure("expected ->, <> or =>, found \"" + std::string(text) + "\"");
  return {};
}

std::unexpected<RuleFault> fault(size_t offset, const Error& error) {
  return std::unexpected(RuleFault{offset, error.message});
}

std::expected<void, RuleFault> read_header(RuleBuilder& builder, const RuleText& text) {
  Rule& rule = builder.rule();
  bool known = false;
  for (const ActionName& action : kActions)
    if (action.name == text.action) {
      rule.action = action.action;
      known = true;
    }
  if (!known)
    return std::unexpected(RuleFault{
        text.action_offset,
        "refused: the action " + std::string(text.action) + " is a firewall's or changes records"});
  rule.facts.action = builder.arena().text(text.action);
  if (auto read = read_protocol(builder, text.protocol); !read)
    return fault(text.protocol_offset, read.error());
  if (text.source.empty()) return {};
  if (auto read = read_direction(rule, text.direction); !read)
    return fault(text.direction_offset, read.error());
  RuleSet& set = builder.set();
  auto source = set.address_place(text.source), destination = set.address_place(text.destination);
  auto source_ports = set.port_place(text.source_ports),
       destination_ports = set.port_place(text.destination_ports);
  if (!source) return fault(text.source_offset, source.error());
  if (!source_ports) return fault(text.source_ports_offset, source_ports.error());
  if (!destination) return fault(text.destination_offset, destination.error());
  if (!destination_ports) return fault(text.destination_ports_offset, destination_ports.error());
  rule.source = *source;
  rule.destination = *destination;
  rule.source_ports = *source_ports;
  rule.destination_ports = *destination_ports;
  return {};
}

}  // namespace

std::expected<ReadRule, RuleFault> read_rule(RuleSet& set, const RuleText& text) {
  RuleBuilder builder(set, text);
  if (auto header = read_header(builder, text); !header) return std::unexpected(header.error());
  for (const RuleOption& option : text.options)
    if (auto read = keyword::read_option(builder, option); !read)
      return std::unexpected(
          RuleFault{option.offset, std::string(option.name) + ": " + read.error().message});
  auto rule = builder.finish();
  if (!rule) return fault(0, rule.error());
  if (rule->facts.sid == 0) return std::unexpected(RuleFault{text.text.size(), "expected a sid"});
  return ReadRule{*rule, builder.flowbits_rank};
}

}  // namespace picket::detect::suricata
