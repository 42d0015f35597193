// SPDX-License-Identifier: Apache-2.0
// From matches to what is told: effects, order, pass and drop, thresholds.
#include <algorithm>
#include <charconv>

#include "base/counter.h"
#include "base/json_writer.h"
#include "detect/suricata/engine.h"

namespace picket::detect::suricata {
namespace {

Counter matches_max{"suricata.matches_max", "matches not told because their packet had too many"};

using inspect::DropReason;
using inspect::RuleMatch;
using inspect::Verdict;

}  // namespace

// What rules noted on flow and packet, as EVE shows it: flowbits, flowints, flowvars, pktvars,
// entropy.
std::string Engine::metadata_json() const {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  auto variable = [&](std::string_view name, std::string_view value) {
    json.begin_object().member(name, value).end_object();
  };
  if (scope_.flow_memo != nullptr) {
    const FlowMemo& memo = *scope_.flow_memo;
    if (!memo.bits().empty()) {
      json.key("flowbits").begin_array();
      for (uint32_t bit : memo.bits()) json.value(set_.flowbits.name(bit));
      json.end_array();
    }
    if (!memo.numbers().empty()) {
      json.key("flowints").begin_object();
      for (auto& [name, value] : memo.numbers()) json.member(set_.flowints.name(name), value);
      json.end_object();
    }
    if (!memo.captures().empty()) {
      json.key("flowvars").begin_array();
      for (const FlowMemo::Capture& capture : memo.captures())
        variable(capture.name, capture.value);
      json.end_array();
    }
  }
  if (!scope_.packet_captures.empty()) {
    json.key("pktvars").begin_array();
    for (auto& [name, value] : scope_.packet_captures) variable(name, value);
    json.end_array();
  }
  if (!scope_.entropies.empty()) {
    json.key("entropy").begin_object();
    for (size_t i = 0; i < scope_.entropies.size(); ++i) {
      auto& [buffer, value] = scope_.entropies[i];
      std::string name(buffer);  // as rules of old spell buffers
      std::replace(name.begin(), name.end(), '.', '_');
      char digits[32];  // all of them
      auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
      out += (i == 0 ? "\"" : ",\"") + name + "\":" + std::string(digits, end);
    }
    json.end_object();
  }
  json.end_object();
  return out.size() <= 2 ? std::string() : out.substr(1, out.size() - 2);
}

void Engine::note_match(uint32_t place, bool on_stream) {
  const Rule& rule = set_.rules[place];
  if (rule.detection_filter != nullptr) {
    std::optional<uint8_t> ignored;
    ThresholdSubject subject{place * 4,
                             scope_.packet().source,
                             scope_.packet().destination,
                             scope_.packet().source_port,
                             scope_.packet().destination_port,
                             scope_.flow() == nullptr ? 0 : scope_.flow()->id,
                             scope_.packet().time};
    if (thresholds_.judge(*rule.detection_filter, subject, ignored) != ThresholdVerdict::kAlert)
      return;
  }
  for (const MatchEffect* effect : rule.effects) effect->apply(scope_);
  if (rule.has(kNoAlert) && rule.action == Action::kAlert) return;
  Found found{
      place, scope_.transaction,  on_stream,      scope_.evidence_buffer, scope_.evidence_offset,
      {},    scope_.context_json, metadata_json()};
  found.excerpt = as_text(scope_.evidence.first(std::min(scope_.evidence.size(), kExcerptMax)));
  found_.push_back(std::move(found));
}

ThresholdVerdict Engine::judge(const Rule& rule, uint32_t place,
                               std::optional<uint8_t>& new_action) {
  const packet::Packet& packet = scope_.packet();
  ThresholdSubject subject{0,
                           packet.source,
                           packet.destination,
                           packet.source_port,
                           packet.destination_port,
                           scope_.flow() == nullptr ? 0 : scope_.flow()->id,
                           packet.time};
  ThresholdVerdict verdict = ThresholdVerdict::kAlert;
  uint32_t number = 0;
  auto ask = [&](const ThresholdRule* threshold) {
    subject.rule = place * 16 + 1 + std::min<uint32_t>(number++, 14);
    if (thresholds_.judge(*threshold, subject, new_action) != ThresholdVerdict::kAlert)
      verdict = ThresholdVerdict::kSilent;
  };
  // What the rule itself says counts before what was configured for all.
  for (const ThresholdRule* threshold : rule.thresholds) ask(threshold);
  if (!configured_.empty())
    for (const ThresholdRule* threshold : configured_[place])
      if (rule.thresholds.empty() || threshold->kind == ThresholdRule::Kind::kSuppress ||
          threshold->kind == ThresholdRule::Kind::kRate)
        ask(threshold);
  return verdict;
}

void Engine::tell_one(inspect::PacketContext& context, Found& found, bool blocked) {
  const Rule& rule = set_.rules[found.rule];
  RuleMatch match;
  match.rule = &rule.facts;
  match.blocked = blocked;
  match.transaction = found.transaction;
  match.on_stream = found.on_stream;
  if (found.transaction != nullptr) match.tx_id = found.transaction->id;
  if (rule.has(kTargetSource)) match.target = RuleMatch::Target::kSource;
  if (rule.has(kTargetDestination)) match.target = RuleMatch::Target::kDestination;
  match.buffer = found.buffer;
  match.buffer_offset = found.buffer_offset;
  kept_.push_back(std::move(found.excerpt));
  match.excerpt = as_bytes(kept_.back());
  if (!found.context_json.empty()) match.context_json = "\"context\":{" + found.context_json + "}";
  match.metadata_json = std::move(found.metadata_json);
  context.matches.push_back(std::move(match));
}

// The packet's verdict, and its matches in order: what comes first in the rule order is told first;
// a pass ends it.
Verdict Engine::tell(inspect::PacketContext& context) {
  Verdict verdict = Verdict::kAccept;
  std::stable_sort(found_.begin(), found_.end(),
                   [](const Found& a, const Found& b) { return a.rule < b.rule; });
  for (Found& found : found_) {
    const Rule& rule = set_.rules[found.rule];
    std::optional<uint8_t> new_action;
    bool silent = judge(rule, found.rule, new_action) != ThresholdVerdict::kAlert;
    Action action = new_action ? static_cast<Action>(*new_action) : rule.action;
    bool for_flow = (found.transaction != nullptr || found.on_stream || rule.has(kOncePerFlow)) &&
                    context.flow != nullptr;
    if (action == Action::kPass) {
      if (for_flow) context.flow->passed = true;
      break;
    }
    if (blocks(action) && context.ips) {
      verdict = action == Action::kDrop ? Verdict::kDrop : Verdict::kReject;
      context.drop_reason = DropReason::kRules;
      if (for_flow) context.flow->dropped = true;
    }
    if (rule.has(kBypass) && context.flow != nullptr) context.flow->passed = true;
    if (silent || rule.has(kNoAlert)) continue;
    if (context.matches.size() == matches_max_) {
      matches_max.add();
      continue;
    }
    if (context.flow != nullptr) context.flow->alerted = true;
    tell_one(context, found, blocks(action) && context.ips);
  }
  return verdict;
}

}  // namespace picket::detect::suricata
