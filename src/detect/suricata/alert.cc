// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/alert.h"

#include "base/utf8.h"

namespace picket::detect::suricata {
namespace {

using inspect::Direction;

std::string buffer_text(inspect::Transaction& tx, std::string_view keyword, Direction direction) {
  auto id = inspect::find_buffer(keyword);
  auto bytes = id ? tx.buffer(*id, direction, 0) : std::nullopt;
  return bytes ? printable(as_text(*bytes).substr(0, event::Alert::kEvidenceValueMax))
               : std::string();
}

void add_names(event::Alert& alert, inspect::Transaction& tx) {
  switch (tx.protocol) {
    case inspect::AppProtocol::kHttp:
    case inspect::AppProtocol::kHttp2: {
      alert.domain = buffer_text(tx, "http.host", Direction::kToServer);
      std::string path = buffer_text(tx, "http.uri.raw", Direction::kToServer);
      if (!alert.domain.empty() && path.starts_with("/")) path.insert(0, "http://" + alert.domain);
      alert.url = std::move(path);
      break;
    }
    case inspect::AppProtocol::kTls:
    case inspect::AppProtocol::kQuic:
      alert.domain = buffer_text(tx, "tls.sni", Direction::kToServer);
      break;
    case inspect::AppProtocol::kDns:
      alert.domain = buffer_text(tx, "dns.query", Direction::kToServer);
      break;
    default: break;
  }
}

// Rules say in their metadata what technique they are about.
void add_attack(event::Alert& alert, const inspect::RuleFacts& rule) {
  event::AttackReference reference;
  for (const auto& [key, value] : rule.metadata) {
    if (key == "mitre_tactic_id") reference.tactic = value;
    if (key == "mitre_technique_id") reference.technique = value;
  }
  if (!reference.tactic.empty() || !reference.technique.empty())
    alert.attack.push_back(std::move(reference));
}

event::Confidence confidence_of(const inspect::RuleFacts& rule) {
  for (const auto& [key, value] : rule.metadata) {
    if (key != "confidence") continue;
    if (value == "High") return event::Confidence::kHigh;
    if (value == "Low") return event::Confidence::kLow;
  }
  return event::Confidence::kMedium;
}

}  // namespace

event::Severity severity_of_priority(uint8_t priority) {
  if (priority <= 1) return event::Severity::kHigh;
  if (priority == 2) return event::Severity::kMedium;
  return priority == 3 ? event::Severity::kLow : event::Severity::kInformational;
}

event::Alert to_alert(const inspect::RuleMatch& match, const inspect::PacketContext& context,
                      std::optional<bool> to_server_is_outbound) {
  const inspect::RuleFacts& rule = *match.rule;
  event::Alert alert;
  alert.time = alert.last_time = context.packet.time;
  alert.detector = event::Detector::kSignature;
  alert.rule_id = std::to_string(rule.sid);
  alert.rule_name = rule.message;
  alert.rule_file = std::string(rule.file) + ":" + std::to_string(rule.line);
  alert.severity = severity_of_priority(rule.severity);
  alert.confidence = confidence_of(rule);
  alert.signature = event::Signature{rule.gid, rule.sid, rule.rev, std::string(rule.category)};
  for (std::string_view reference : rule.references) alert.references.emplace_back(reference);
  add_attack(alert, rule);
  if (to_server_is_outbound)
    alert.traffic_outbound = (context.direction == Direction::kToServer) == *to_server_is_outbound;
  if (match.transaction != nullptr) add_names(alert, *match.transaction);
  if (!match.buffer.empty()) {
    alert.evidence.push_back({"buffer", std::string(match.buffer)});
    alert.evidence.push_back({"offset", std::to_string(match.buffer_offset)});
    alert.evidence.push_back({"excerpt", printable(as_text(match.excerpt))});
  }
  std::string peer =
      context.flow == nullptr ? context.packet.destination.text() : context.flow->server.text();
  alert.reason = "Traffic with " + peer +
                 (alert.url.empty() ? (alert.domain.empty() ? "" : " (" + alert.domain + ")")
                                    : " (" + alert.url + ")") +
                 " matches the signature \"" + printable(rule.message) + "\".";
  alert.action = match.blocked ? "blocked" : "detected";
  return alert;
}

}  // namespace picket::detect::suricata
