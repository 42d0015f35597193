// SPDX-License-Identifier: Apache-2.0
// How much has passed: stream_size, flow.pkts, flow.bytes, flow.age.
#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/number_condition.h"
#include "detect/suricata/text.h"

namespace picket::detect::suricata::keyword {
namespace {

enum class Side : uint8_t { kToServer, kToClient, kEither, kBoth };

bool holds(Side side, int64_t to_server, int64_t to_client, const NumberCondition& test) {
  switch (side) {
    case Side::kToServer: return test.matches(to_server);
    case Side::kToClient: return test.matches(to_client);
    case Side::kEither: return test.matches(to_server) || test.matches(to_client);
    case Side::kBoth: return test.matches(to_server) && test.matches(to_client);
  }
  return false;
}

// Bytes of the TCP stream so far. client: what the client sent.
class StreamSizeCheck final : public PacketCheck {
 public:
  StreamSizeCheck(Side side, NumberCondition test) : side_(side), test_(test) {}
  bool matches(MatchScope& scope) const override {
    const inspect::PacketFlow* flow = scope.flow();
    if (flow == nullptr || flow->protocol != packet::ip_protocol::kTcp) return false;
    return holds(side_, static_cast<int64_t>(flow->stream_size[0]),
                 static_cast<int64_t>(flow->stream_size[1]), test_);
  }

 private:
  Side side_;
  NumberCondition test_;
};

Result<void> parse_stream_size(RuleBuilder& rule, const RuleOption& option) {
  auto words = split(option.value, ',');
  if (words.size() < 3) return failure("expected side,operator,bytes");
  constexpr std::pair<std::string_view, Side> kSides[] = {{"client", Side::kToServer},
                                                          {"server", Side::kToClient},
                                                          {"either", Side::kEither},
                                                          {"both", Side::kBoth}};
  std::optional<Side> side;
  for (auto& [name, meant] : kSides)
    if (name == words[0]) side = meant;
  if (!side)
    return failure("expected client, server, either or both, found \"" + std::string(words[0]) +
                   "\"");
  TRY_ASSIGN(NumberCondition test,
             NumberCondition::parse(std::string(words[1]) + std::string(words[2])));
  rule.rule().flags |= kNeedsFlow;
  if ((*side == Side::kToClient || *side == Side::kBoth) && test.stays_below(kServerQuietBytes))
    rule.rule().flags |= kServerQuiet;
  rule.add_packet_check(rule.arena().make<StreamSizeCheck>(*side, test));
  return {};
}

class FlowCountCheck final : public PacketCheck {
 public:
  FlowCountCheck(bool bytes, Side side, NumberCondition test)
      : bytes_(bytes), side_(side), test_(test) {}
  bool matches(MatchScope& scope) const override {
    const inspect::PacketFlow* flow = scope.flow();
    if (flow == nullptr) return false;
    const auto& counts = bytes_ ? flow->bytes : flow->packets;
    return holds(side_, static_cast<int64_t>(counts[0]), static_cast<int64_t>(counts[1]), test_);
  }

 private:
  bool bytes_;
  Side side_;
  NumberCondition test_;
};

Result<void> add_count(RuleBuilder& rule, bool bytes, Side side, std::string_view text) {
  TRY_ASSIGN(NumberCondition test, NumberCondition::parse(text));
  rule.rule().flags |= kNeedsFlow;
  rule.add_packet_check(rule.arena().make<FlowCountCheck>(bytes, side, test), true);
  return {};
}

Result<void> parse_count(RuleBuilder& rule, const RuleOption& option) {
  bool bytes = option.name.starts_with("flow.bytes");
  if (option.name.ends_with("_toserver"))
    return add_count(rule, bytes, Side::kToServer, option.value);
  if (option.name.ends_with("_toclient"))
    return add_count(rule, bytes, Side::kToClient, option.value);
  size_t comma = option.value.find(',');
  std::string_view side = trimmed(option.value.substr(0, comma));
  if (comma == std::string_view::npos)
    return failure("expected toserver, toclient, either or both, then a comparison");
  constexpr std::pair<std::string_view, Side> kSides[] = {{"toserver", Side::kToServer},
                                                          {"toclient", Side::kToClient},
                                                          {"either", Side::kEither},
                                                          {"both", Side::kBoth}};
  for (auto& [name, meant] : kSides)
    if (name == side) return add_count(rule, bytes, meant, option.value.substr(comma + 1));
  return failure("expected toserver, toclient, either or both, found \"" + std::string(side) +
                 "\"");
}

class FlowAgeCheck final : public PacketCheck {
 public:
  explicit FlowAgeCheck(NumberCondition test) : test_(test) {}
  bool matches(MatchScope& scope) const override {
    const inspect::PacketFlow* flow = scope.flow();
    return flow != nullptr && test_.matches((scope.packet().time.ns - flow->first_time.ns) /
                                            static_cast<int64_t>(kNsPerSecond));
  }

 private:
  NumberCondition test_;
};

Result<void> parse_age(RuleBuilder& rule, const RuleOption& option) {
  TRY_ASSIGN(NumberCondition test, NumberCondition::parse(option.value));
  rule.rule().flags |= kNeedsFlow;
  rule.add_packet_check(rule.arena().make<FlowAgeCheck>(test), true);
  return {};
}

constexpr Keyword kKeywords[] = {
    {"stream_size", "", State::kFull, "Bytes of the TCP stream so far, by side.",
     "stream_size:server,<,5;", "", parse_stream_size},
    {"flow.pkts", "", State::kFull, "Packets of the flow so far.", "flow.pkts:toserver,>10;", "",
     parse_count},
    {"flow.pkts_toserver", "", State::kFull, "Packets to the server so far.",
     "flow.pkts_toserver:10;", "", parse_count},
    {"flow.pkts_toclient", "", State::kFull, "Packets to the client so far.",
     "flow.pkts_toclient:10;", "", parse_count},
    {"flow.bytes", "", State::kFull, "Bytes of the flow's packets so far.",
     "flow.bytes:either,>1000;", "", parse_count},
    {"flow.bytes_toserver", "", State::kFull, "Bytes to the server so far.",
     "flow.bytes_toserver:>1000;", "", parse_count},
    {"flow.bytes_toclient", "", State::kFull, "Bytes to the client so far.",
     "flow.bytes_toclient:>1000;", "", parse_count},
    {"flow.age", "", State::kFull, "Seconds since the flow's first packet.", "flow.age:>3600;", "",
     parse_age},
};

}  // namespace

Keywords flow_count_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
