// SPDX-License-Identifier: Apache-2.0
// xbits and hostbits: bits on addresses and pairs of addresses, beyond one flow.
#include "detect/suricata/host_state.h"
#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/text.h"

namespace picket::detect::suricata::keyword {
namespace {

enum class Track : uint8_t { kSource, kDestination, kPair, kBoth };

HostState::Place place_of(const MatchScope& scope, Track track, uint32_t name) {
  const packet::Packet& packet = scope.packet();
  if (track == Track::kPair) return HostState::pair(packet.source, packet.destination, name);
  return HostState::one(track == Track::kSource ? packet.source : packet.destination, name);
}

class HostBitCheck final : public PacketCheck {
 public:
  HostBitCheck(uint32_t name, Track track, bool wanted)
      : name_(name), track_(track), wanted_(wanted) {}
  bool matches(MatchScope& scope) const override {
    WallTime now = scope.packet().time;
    if (track_ == Track::kBoth)
      return (scope.hosts->is_set(place_of(scope, Track::kSource, name_), now) == wanted_) &&
             (scope.hosts->is_set(place_of(scope, Track::kDestination, name_), now) == wanted_);
    return scope.hosts->is_set(place_of(scope, track_, name_), now) == wanted_;
  }

 private:
  uint32_t name_;
  Track track_;
  bool wanted_;
};

class HostBitEffect final : public MatchEffect {
 public:
  enum class Change : uint8_t { kSet, kUnset, kToggle };
  HostBitEffect(uint32_t name, Track track, Change change, std::optional<uint32_t> seconds)
      : name_(name), track_(track), change_(change), seconds_(seconds) {}
  void apply(MatchScope& scope) const override {
    if (track_ == Track::kBoth) {
      change(scope, Track::kSource);
      change(scope, Track::kDestination);
    } else {
      change(scope, track_);
    }
  }

 private:
  void change(MatchScope& scope, Track track) const {
    HostState::Place place = place_of(scope, track, name_);
    WallTime now = scope.packet().time;
    if (change_ == Change::kSet || (change_ == Change::kToggle && !scope.hosts->is_set(place, now)))
      scope.hosts->set(place, now, seconds_);
    else
      scope.hosts->clear(place);
  }
  uint32_t name_;
  Track track_;
  Change change_;
  std::optional<uint32_t> seconds_;
};

Result<void> add_bit(RuleBuilder& rule, std::string_view command, uint32_t name, Track track,
                     std::optional<uint32_t> seconds) {
  if (command == "isset" || command == "isnotset") {
    rule.add_packet_check(rule.arena().make<HostBitCheck>(name, track, command == "isset"), false,
                          true);
    rule.flowbits_rank |= 1;
    return {};
  }
  using Change = HostBitEffect::Change;
  if (command != "set" && command != "unset" && command != "toggle")
    return failure("expected set, unset, toggle, isset or isnotset, found \"" +
                   std::string(command) + "\"");
  Change change = command == "set"     ? Change::kSet
                  : command == "unset" ? Change::kUnset
                                       : Change::kToggle;
  rule.add_effect(rule.arena().make<HostBitEffect>(name, track, change, seconds));
  rule.flowbits_rank |= 2;
  return {};
}

Result<void> parse_xbits(RuleBuilder& rule, const RuleOption& option) {
  auto words = split(option.value, ',');
  if (words[0] == "noalert" && words.size() == 1) {
    rule.rule().flags |= kNoAlert;
    return {};
  }
  if (words.size() < 3) return failure("expected command,name,track WHAT");
  std::optional<Track> track;
  std::optional<uint32_t> seconds;
  for (size_t i = 2; i < words.size(); ++i) {
    auto parts = split(words[i], ' ');
    std::string_view value = trimmed(parts.back());
    if (words[i].starts_with("track") && value == "ip_src")
      track = Track::kSource;
    else if (words[i].starts_with("track") && value == "ip_dst")
      track = Track::kDestination;
    else if (words[i].starts_with("track") && value == "ip_pair")
      track = Track::kPair;
    else if (auto number = parse_number<uint32_t>(value);
             words[i].starts_with("expire") && number && *number > 0)
      seconds = number;
    else
      return failure("expected track ip_src, ip_dst or ip_pair, or expire SECONDS, found \"" +
                     std::string(words[i]) + "\"");
  }
  if (!track) return failure("expected track ip_src, ip_dst or ip_pair");
  return add_bit(rule, words[0], rule.set().xbits.number(words[1]), *track, seconds.value_or(30));
}

Result<void> parse_hostbits(RuleBuilder& rule, const RuleOption& option) {
  auto words = split(option.value, ',');
  if (words[0] == "noalert") {
    rule.rule().flags |= kNoAlert;
    return {};
  }
  if (words.size() < 2 || words[1].empty()) return failure("expected command,name[,src|dst|both]");
  Track track = Track::kSource;
  if (words.size() > 2) {
    if (words[2] == "dst")
      track = Track::kDestination;
    else if (words[2] == "both")
      track = Track::kBoth;
    else if (words[2] != "src")
      return failure("expected src, dst or both, found \"" + std::string(words[2]) + "\"");
  }
  // Named apart from xbits: a bit of one is not a bit of the other.
  return add_bit(rule, words[0], rule.set().xbits.number("hostbits:" + std::string(words[1])),
                 track, 300);
}

constexpr Keyword kKeywords[] = {
    {"xbits", "", State::kFull,
     "Bits that rules set on an address or a pair of addresses, with an end.",
     "xbits:set,scanned,track ip_src,expire 60;", "", parse_xbits},
    {"hostbits", "", State::kFull, "Bits that rules set on an address.", "hostbits:isset,bad,src;",
     "", parse_hostbits},
};

}  // namespace

Keywords bits_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
