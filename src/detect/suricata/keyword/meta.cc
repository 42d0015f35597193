// SPDX-License-Identifier: Apache-2.0
// What a rule says about itself.
#include <algorithm>

#include "detect/suricata/flow_memo.h"
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
  std::string name = lower(trimmed(option.value.substr(0, comma)));
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
constexpr uint32_t kLanguageVersion[] = {8, 0, 7};

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

// tag: further packets of the flow (or host) are recorded after the alert.
class TagEffect final : public MatchEffect {
 public:
  TagEffect(uint32_t packets, uint32_t seconds, uint64_t bytes)
      : packets_(packets), seconds_(seconds), bytes_(bytes) {}
  void apply(MatchScope& scope) const override {
    if (scope.flow_memo == nullptr) return;
    FlowMemo::Tag& tag = scope.flow_memo->tag;
    tag.packets_left = packets_ == 0 ? ~uint32_t{0} : packets_;
    tag.until_ns =
        seconds_ == 0 ? 0 : scope.packet().time.ns + static_cast<int64_t>(seconds_ * kNsPerSecond);
    tag.bytes_left = bytes_ == 0 ? ~uint64_t{0} : bytes_;
  }

 private:
  uint32_t packets_, seconds_;
  uint64_t bytes_;
};

Result<void> parse_tag(RuleBuilder& rule, const RuleOption& option) {
  auto words = split(option.value, ',');
  if (words[0] != "session" && words[0] != "host") return failure("expected session or host");
  uint32_t packets = 0, seconds = 0;
  uint64_t bytes = 0;
  if (words.size() >= 3) {
    auto count = parse_number<uint32_t>(words[1]);
    if (!count) return failure("expected a count");
    if (words[2] == "packets")
      packets = *count;
    else if (words[2] == "seconds")
      seconds = *count;
    else if (words[2] == "bytes")
      bytes = *count;
    else
      return failure("expected packets, seconds or bytes");
  } else {
    packets = 256;
  }
  if (words[0] == "session") rule.add_effect(rule.arena().make<TagEffect>(packets, seconds, bytes));
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
    {"tag", "", State::kPartial, "Records further packets of the session after the alert.",
     "tag:session,10,packets;", "host: is read, but follows no other flow", parse_tag},
    {"bypass", "", State::kFull, "The flow is not looked at any more after a match.", "bypass;", "",
     parse_bypass},
    {"logto", "", State::kPartial, "Old; ignored.", "logto:\"file\";", "ignored", accept},
};

}  // namespace

Keywords meta_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
