// SPDX-License-Identifier: Apache-2.0
// What a rule says about itself.
#include <algorithm>

#include "base/ascii.h"
#include "detect/suricata/flow_memo.h"
#include "detect/suricata/host_state.h"
#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/text.h"

namespace picket::detect::suricata::keyword {
namespace {

Result<void> parse_msg(RuleBuilder& rule, const RuleOption& option) {
  TRY_ASSIGN(QuotedValue value, unquote(option.value));
  if (!value.quoted || value.negated) return failure("expected the message in quotes");
  std::string text;
  for (size_t i = 0; i < value.text.size(); ++i) {
    if (value.text[i] == '\\' && i + 1 < value.text.size()) ++i;
    text += value.text[i];
  }
  rule.rule().facts.message = rule.arena().text(text);
  return {};
}

template <uint32_t inspect::RuleFacts::*Field>
Result<void> parse_id(RuleBuilder& rule, const RuleOption& option) {
  auto unquoted = unquote(option.value);
  auto number = parse_number<uint32_t>(unquoted ? unquoted->text : option.value);
  if (!number || (*number == 0 && option.name == "sid"))
    return failure("expected a number for " + std::string(option.name));
  rule.rule().facts.*Field = *number;
  return {};
}

Result<void> parse_classtype(RuleBuilder& rule, const RuleOption& option) {
  auto unquoted = unquote(option.value);
  const auto* known = rule.set().classifications.find(unquoted ? unquoted->text : option.value);
  if (known == nullptr) {  // as Suricata: loads, with the name itself and the mildest priority
    rule.rule().facts.category = rule.arena().text(option.value);
    return {};
  }
  rule.rule().facts.category = rule.arena().text(known->description);
  if (!rule.priority) rule.rule().facts.severity = known->priority;
  return {};
}

Result<void> parse_priority(RuleBuilder& rule, const RuleOption& option) {
  auto number = parse_number<uint8_t>(option.value);
  if (!number || *number == 0) return failure("expected a priority of 1 to 255");
  rule.priority = *number;
  rule.rule().facts.severity = *number;
  return {};
}

Result<void> parse_reference(RuleBuilder& rule, const RuleOption& option) {
  size_t comma = option.value.find(',');
  if (comma == std::string_view::npos) return failure("expected system,reference");
  static const ReferenceSystems systems;
  std::string name = ascii_lowered(trimmed(option.value.substr(0, comma)));
  const std::string* prefix = systems.find(name);
  std::string text(trimmed(option.value.substr(comma + 1)));
  if (prefix != nullptr && text.find("://") == std::string::npos) text.insert(0, *prefix);
  rule.references.push_back(rule.arena().text(text));
  return {};
}

Result<void> parse_metadata(RuleBuilder& rule, const RuleOption& option) {
  for (std::string_view part : split(option.value, ',')) {
    size_t space = part.find_first_of(" \t");
    if (space == std::string_view::npos) continue;
    rule.metadata.emplace_back(rule.arena().text(part.substr(0, space)),
                               rule.arena().text(trimmed(part.substr(space))));
  }
  return {};
}

Result<void> parse_target(RuleBuilder& rule, const RuleOption& option) {
  if (option.value != "src_ip" && option.value != "dest_ip")
    return failure("expected src_ip or dest_ip");
  rule.rule().flags |= option.value == "src_ip" ? kTargetSource : kTargetDestination;
  return {};
}

Result<void> parse_noalert(RuleBuilder& rule, const RuleOption&) {
  rule.rule().flags |= kNoAlert;
  return {};
}
Result<void> parse_alert(RuleBuilder& rule, const RuleOption&) {
  if (rule.rule().action == Action::kPass) rule.rule().flags |= kAlertsPass;
  rule.rule().flags &= ~static_cast<uint32_t>(kNoAlert);
  return {};
}
Result<void> accept(RuleBuilder&, const RuleOption&) { return {}; }

// "version >= 8.0.0": what rule authors call for is this language's version.
constexpr uint32_t kLanguageVersion[] = {9, 0, 0};

Result<bool> version_holds(std::string_view text) {
  size_t sign = text.find_first_of("<>=");
  if (sign == std::string_view::npos) return failure("expected version with <, <=, > or >=");
  size_t number = text.find_first_not_of("<>= ", sign);
  std::string_view operation = trimmed(text.substr(sign, number - sign));
  auto parts = split(text.substr(std::min(number, text.size())), '.');
  int order = 0;
  for (size_t i = 0; i < 3 && order == 0; ++i) {
    auto wanted = i < parts.size() ? parse_number<uint32_t>(parts[i]) : std::optional<uint32_t>(0);
    if (!wanted) return failure("expected a version, found \"" + std::string(text) + "\"");
    order = kLanguageVersion[i] < *wanted ? -1 : kLanguageVersion[i] > *wanted ? 1 : 0;
  }
  if (operation == ">=") return order >= 0;
  if (operation == "<=") return order <= 0;
  if (operation == ">") return order > 0;
  if (operation == "<") return order < 0;
  return failure("expected <, <=, > or >=, found \"" + std::string(operation) + "\"");
}

// A rule that wants what is not here is not an error: load_rules() counts it as skipped.
Result<void> parse_requires(RuleBuilder&, const RuleOption& option) {
  for (std::string_view part : split(option.value, ',')) {
    size_t space = part.find_first_of(" \t");
    std::string_view name = part.substr(0, space), value = space == std::string_view::npos
                                                               ? std::string_view()
                                                               : trimmed(part.substr(space));
    if (name == "version") {
      bool any = false;
      for (size_t at = 0; at != std::string_view::npos && !any;) {
        size_t next = value.find('|', at);
        TRY_ASSIGN(bool holds, version_holds(value.substr(at, next - at)));
        any = holds;
        at = next == std::string_view::npos ? next : value.find_first_not_of('|', next);
      }
      if (!any) return failure("skipped: it asks for another " + std::string(part));
    } else if (name == "keyword") {
      if (find_keyword(value) == nullptr && !inspect::find_buffer(todays_name(value)) &&
          !inspect::find_field(value))
        return failure("skipped: it asks for the keyword " + std::string(value));
    } else {
      return failure("skipped: it asks for " + std::string(part));
    }
  }
  return {};
}

// tag: further packets of the flow, or of a host, are recorded after the match.
class TagEffect final : public MatchEffect {
 public:
  enum class Of : uint8_t { kFlow, kSource, kDestination };
  TagEffect(Of of, Tag::Measure measure, uint64_t limit)
      : of_(of), measure_(measure), limit_(limit) {}
  void apply(MatchScope& scope) const override {
    const packet::Packet& packet = scope.packet();
    const Tag tag{.rule = scope.rule->facts.sid,
                  .measure = measure_,
                  .limit = limit_,
                  .since_ns = packet.time.ns};
    if (of_ != Of::kFlow)
      scope.hosts->add_tag(of_ == Of::kSource ? packet.source : packet.destination, tag);
    else if (scope.flow_memo != nullptr)
      scope.flow_memo->tags.add(tag);
  }

 private:
  Of of_;
  Tag::Measure measure_;
  uint64_t limit_;
};

// tag:session[,count,measure] or tag:host[,count,measure][,src|dst].
Result<void> parse_tag(RuleBuilder& rule, const RuleOption& option) {
  constexpr uint64_t kUsualPackets = 256;
  const auto words = split(option.value, ',');
  if (words[0] != "session" && words[0] != "host") return failure("expected session or host");
  const bool host = words[0] == "host";
  if (words.size() > (host ? 4 : 3))
    return failure("expected at most a count, its measure, and src or dst");
  Tag::Measure measure = Tag::Measure::kPackets;
  uint64_t limit = kUsualPackets;
  if (words.size() >= 3) {
    const auto count = parse_number<uint32_t>(words[1]);
    if (!count) return failure("expected a count, found \"" + std::string(words[1]) + "\"");
    limit = *count;
    if (words[2] == "seconds")
      measure = Tag::Measure::kSeconds;
    else if (words[2] == "bytes")
      measure = Tag::Measure::kBytes;
    else if (words[2] != "packets")
      return failure("expected packets, seconds or bytes");
  }
  auto of = TagEffect::Of::kFlow;
  if (host) {
    const bool says = words.size() % 2 == 0;  // the word after the count's, or the only one
    const std::string_view side = says ? words.back() : "src";
    if (side != "src" && side != "dst") return failure("expected src or dst after host");
    of = side == "src" ? TagEffect::Of::kSource : TagEffect::Of::kDestination;
  }
  rule.add_effect(rule.arena().make<TagEffect>(of, measure, limit));
  return {};
}

Result<void> parse_bypass(RuleBuilder& rule, const RuleOption&) {
  rule.rule().flags |= kBypass;
  return {};
}

constexpr Keyword kKeywords[] = {
    {"msg", "", State::kFull, "The rule's name, shown by its alerts.", "msg:\"MALWARE beacon\";",
     "", parse_msg},
    {"sid", "", State::kFull, "The rule's number.", "sid:1000001;", "",
     parse_id<&inspect::RuleFacts::sid>},
    {"rev", "", State::kFull, "The rule's version.", "rev:2;", "",
     parse_id<&inspect::RuleFacts::rev>},
    {"gid", "", State::kFull, "The group the number belongs to; 1 unless given.", "gid:1;", "",
     parse_id<&inspect::RuleFacts::gid>},
    {"classtype", "", State::kFull, "The class of what it detects: gives category and priority.",
     "classtype:trojan-activity;", "", parse_classtype},
    {"priority", "", State::kFull, "1 (worst) to 255.", "priority:2;", "", parse_priority},
    {"reference", "", State::kFull, "Where to read about it.", "reference:cve,2021-44228;", "",
     parse_reference},
    {"metadata", "", State::kFull, "Pairs of key and value, shown with the alert.",
     "metadata:severity high;", "", parse_metadata},
    {"target", "", State::kFull, "Which side is the victim.", "target:dest_ip;", "", parse_target},
    {"noalert", "", State::kFull, "Matches without an alert (flowbits are set).", "noalert;", "",
     parse_noalert},
    {"alert", "", State::kFull, "Alerts although the action would not.", "alert;", "", parse_alert},
    {"requires", "", State::kFull,
     "The rule is left out unless version, keyword or feature is there.",
     "requires:version >= 8.0.0;", "", parse_requires},
    {"prefilter", "", State::kFull, "Accepted; what is searched first is chosen by the engine.",
     "prefilter;", "", accept},
    {"tag", "", State::kFull,
     "Further packets of the session, or of the source or destination host, are recorded.",
     "tag:session,10,packets; tag:host,60,seconds,src;", "", parse_tag},
    {"bypass", "", State::kFull, "The flow is not looked at any more after a match.", "bypass;", "",
     parse_bypass},
    {"logto", "", State::kPartial, "Old; ignored.", "logto:\"file\";", "ignored", accept},
};

}  // namespace

Keywords meta_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
