// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <span>

#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/number_condition.h"

namespace picket::detect::suricata::keyword {

// A number that stands in a packet's headers; nullopt: this packet has none.
using HeaderNumber = std::optional<int64_t> (*)(const packet::Packet&);

// `number` where `there`; a stream's end, which is no packet, has no headers.
inline std::optional<int64_t> number_if(const packet::Packet& packet, bool there, int64_t number) {
  if (!there || packet.carrier == packet::Carrier::kStreamEnd) return std::nullopt;
  return number;
}

// Holds when the packet has the number and the comparison is true of it.
class HeaderNumberCheck final : public PacketCheck {
 public:
  HeaderNumberCheck(HeaderNumber get, NumberCondition test) : get_(get), test_(test) {}
  bool matches(MatchScope& scope) const override {
    auto number = get_(scope.packet());
    return number && test_.matches(*number);
  }

 private:
  HeaderNumber get_;
  NumberCondition test_;
};

// The comparison of an option, also as old rules write it, in quotes: "ttl:"5"", "itype:!"8"".
Result<NumberCondition> header_number_condition(const RuleOption& option,
                                                std::span<const NamedNumber> names = {});

template <HeaderNumber Get>
Result<void> parse_header_number(RuleBuilder& rule, const RuleOption& option) {
  TRY_ASSIGN(NumberCondition test, header_number_condition(option));
  rule.add_packet_check(rule.arena().make<HeaderNumberCheck>(Get, test), true);
  return {};
}

}  // namespace picket::detect::suricata::keyword
