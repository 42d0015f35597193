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
using inspect::RejectTo;
using inspect::RuleMatch;
using inspect::Verdict;

}  // namespace

// What rules noted on flow and packet, as EVE shows it: flowbits, flowints, flowvars, pktvars,
// entropy.
std::string Engine::metadata_json() const {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  if (scope_.flow_memo != nullptr) scope_.flow_memo->append_noted(json);
  if (!scope_.packet_captures.empty()) {
    json.key("pktvars").begin_array();
    for (auto& [name, value] : scope_.packet_captures)
      json.begin_object().member(name, value).end_object();
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
  if (costs_ != nullptr) costs_->matched(place);
  for (const MatchEffect* effect : rule.effects) effect->apply(scope_);
  if (rule.has(kNoAlert) && rule.action == Action::kAlert) return;
  Found found{place, scope_.transaction, on_stream, scope_.evidence_buffer, scope_.evidence_offset,
              {},    scope_.context_json};
  found.excerpt = as_text(scope_.evidence.first(std::min(scope_.evidence.size(), kExcerptMax)));
  found_.push_back(std::move(found));
}

ThresholdVerdict Engine::judge(const Rule& rule, uint32_t place,
                               std::optional<uint8_t>& new_action) {
  using Kind = ThresholdRule::Kind;
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
  // The first that does not alert has the last word; those behind it do not even count.
  auto ask = [&](const ThresholdRule* threshold) {
    if (verdict != ThresholdVerdict::kAlert) return;
    subject.rule = place * kThresholdsOfRule + std::min(number++, kThresholdsOfRule - 1);
    verdict = thresholds_.judge(*threshold, subject, new_action);
  };
  const bool is_configured = !configured_.empty();
  if (is_configured)
    for (const ThresholdRule* threshold : configured_[place])
      if (threshold->kind == Kind::kSuppress) ask(threshold);
  // What the rule itself says counts before what was configured for all.
  if (rule.detection_filter != nullptr) ask(rule.detection_filter);
  for (const ThresholdRule* threshold : rule.thresholds) ask(threshold);
  if (is_configured)
    for (const ThresholdRule* threshold : configured_[place])
      if (threshold->kind == Kind::kRate ||
          (threshold->kind != Kind::kSuppress && rule.thresholds.empty()))
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
  match.metadata_json = metadata_json();  // as all rules of the packet have left it
  context.matches.push_back(std::move(match));
}

// Stops the packet, and the flow if that is what the rule is about and nobody said otherwise
// before.
void Engine::block(inspect::PacketContext& context, const Rule& rule, Action action, bool rated,
                   bool for_flow) {
  if (context.drop_reason == DropReason::kNone) {
    context.drop_reason = rated ? DropReason::kThreshold : DropReason::kRules;
    context.drop_rule = &rule.facts;
  }
  if (action == Action::kReject) context.reject_to = RejectTo::kSource;
  if (action == Action::kRejectDestination) context.reject_to = RejectTo::kDestination;
  if (action == Action::kRejectBoth) context.reject_to = RejectTo::kBoth;
  if (for_flow && !context.flow->passed) context.flow->dropped = true;
}

// The packet's verdict, and its matches in order: what comes first in the rule order is told first;
// a pass ends it.
Verdict Engine::tell(inspect::PacketContext& context) {
  inspect::PacketFlow* flow = context.flow;
  Verdict verdict = flow != nullptr && flow->passed ? Verdict::kPass : Verdict::kAccept;
  std::stable_sort(found_.begin(), found_.end(),
                   [](const Found& a, const Found& b) { return a.rule < b.rule; });
  for (Found& found : found_) {
    const Rule& rule = set_.rules[found.rule];
    std::optional<uint8_t> new_action;
    ThresholdVerdict judged = judge(rule, found.rule, new_action);
    if (judged == ThresholdVerdict::kNoMatch) continue;
    Action action = new_action ? static_cast<Action>(*new_action) : rule.action;
    bool in_stream = found.transaction != nullptr || found.on_stream;
    bool for_flow =
        flow != nullptr && (rule.has(kActsOnFlow) || (rule.has(kActsOnFlowOfStream) && in_stream));
    bool stopped = blocks(action) && context.ips;
    if (stopped) block(context, rule, action, new_action.has_value(), for_flow);
    if (action == Action::kPass) {
      if (for_flow && !flow->dropped) flow->passed = true;
      if (verdict == Verdict::kAccept) verdict = Verdict::kPass;
    }
    if (rule.has(kBypass) && flow != nullptr) {
      flow->passed = true;
      flow->state = inspect::PacketFlow::State::kBypassed;
    }
    bool alerts = action == Action::kPass ? rule.has(kAlertsPass) : !rule.has(kNoAlert);
    if (judged == ThresholdVerdict::kAlert && alerts) {
      if (context.matches.size() < matches_max_) {
        if (flow != nullptr) flow->alerted = true;
        tell_one(context, found, stopped);
      } else {
        matches_max.add();
      }
    }
    if (action == Action::kPass) break;
  }
  if (context.ips && context.drop_reason != DropReason::kNone)
    return context.reject_to == RejectTo::kNobody ? Verdict::kDrop : Verdict::kReject;
  return verdict;
}

}  // namespace picket::detect::suricata
