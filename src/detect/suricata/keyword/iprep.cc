// SPDX-License-Identifier: Apache-2.0
// iprep: the reputation of an address.
#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/number_condition.h"
#include "detect/suricata/text.h"

namespace picket::detect::suricata::keyword {
namespace {

class ReputationCheck final : public PacketCheck {
 public:
  enum class Side : uint8_t { kSource, kDestination, kAny, kBoth };
  enum class What : uint8_t { kSet, kNotSet, kScore };
  ReputationCheck(Side side, What what, uint8_t category, NumberCondition test)
      : side_(side), what_(what), category_(category), test_(test) {}
  bool matches(MatchScope& scope) const override {
    if (scope.packet().ip_version == 0) return false;
    auto holds = [&](const IpAddress& address) {
      auto score = scope.rules->reputation.score(address, category_);
      if (what_ == What::kSet) return score.has_value();
      if (what_ == What::kNotSet) return !score.has_value();
      return score && test_.matches(*score);
    };
    switch (side_) {
      case Side::kSource: return holds(scope.packet().source);
      case Side::kDestination: return holds(scope.packet().destination);
      case Side::kAny: return holds(scope.packet().source) || holds(scope.packet().destination);
      case Side::kBoth: return holds(scope.packet().source) && holds(scope.packet().destination);
    }
    return false;
  }

 private:
  Side side_;
  What what_;
  uint8_t category_;
  NumberCondition test_;
};

Result<void> parse_iprep(RuleBuilder& rule, const RuleOption& option) {
  using Side = ReputationCheck::Side;
  using What = ReputationCheck::What;
  auto words = split(option.value, ',');
  if (words.size() < 3)
    return failure("expected side,category,operator,score or side,category,isset");
  constexpr std::pair<std::string_view, Side> kSides[] = {{"src", Side::kSource},
                                                          {"dst", Side::kDestination},
                                                          {"any", Side::kAny},
                                                          {"both", Side::kBoth}};
  std::optional<Side> side;
  for (auto& [name, meant] : kSides)
    if (name == words[0]) side = meant;
  if (!side)
    return failure("expected src, dst, any or both, found \"" + std::string(words[0]) + "\"");
  auto category = rule.set().reputation.category(words[1]);
  if (!category) return failure("unknown reputation category \"" + std::string(words[1]) + "\"");
  if (words[2] == "isset" || words[2] == "isnotset") {
    rule.add_packet_check(
        rule.arena().make<ReputationCheck>(*side, words[2] == "isset" ? What::kSet : What::kNotSet,
                                           *category, NumberCondition::equal(0)),
        false, true);
    return {};
  }
  if (words.size() < 4) return failure("expected a score");
  TRY_ASSIGN(NumberCondition test,
             NumberCondition::parse(std::string(words[2]) + std::string(words[3])));
  rule.add_packet_check(rule.arena().make<ReputationCheck>(*side, What::kScore, *category, test),
                        false, true);
  return {};
}

constexpr Keyword kKeywords[] = {
    {"iprep", "", State::kFull, "The score of an address in a reputation list.",
     "iprep:dst,CnC,>,30;", "", parse_iprep},
};

}  // namespace

Keywords iprep_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
