// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/eve_alert.h"

#include "base/json_writer.h"

namespace picket::app::analyze {
namespace {

constexpr uint32_t kFirstGid = 9001;

// FNV-1a (RFC draft-eastlake-fnv), 31 bits and never 0.
uint32_t rule_number(std::string_view id) {
  uint32_t hash = 2166136261u;
  for (const char c : id) hash = (hash ^ static_cast<uint8_t>(c)) * 16777619u;
  return (hash & 0x7fffffff) | 1;
}

// Suricata counts the other way round: 1 is worst.
unsigned eve_severity(event::Severity severity) {
  switch (severity) {
    case event::Severity::kCritical:
    case event::Severity::kHigh: return 1;
    case event::Severity::kMedium: return 2;
    default: return 3;
  }
}

std::string_view protocol(event::Transport transport) {
  switch (transport) {
    case event::Transport::kUdp: return "UDP";
    case event::Transport::kIcmp: return "ICMP";
    default: return "TCP";
  }
}

void append_ends(JsonWriter& json, const event::ConnectionMade& made) {
  const bool inbound = made.outbound.has_value() && !*made.outbound;
  const Endpoint& from = inbound ? made.remote : made.local;
  const Endpoint& to = inbound ? made.local : made.remote;
  if (!from.address.is_unspecified())
    json.member("src_ip", from.address.text()).member("src_port", from.port);
  if (!to.address.is_unspecified())
    json.member("dest_ip", to.address.text()).member("dest_port", to.port);
  json.member("proto", protocol(made.transport));
}

}  // namespace

std::string eve_alert_line(const event::Alert& alert) {
  std::string line;
  JsonWriter json(line);
  std::string time = rfc3339(alert.time);
  time.replace(time.size() - 1, 1, "+0000");
  json.begin_object().member("timestamp", time).member("event_type", "alert");
  json.member_if("host", alert.host);
  if (alert.connection) append_ends(json, *alert.connection);
  json.key("alert").begin_object();
  json.member("action", alert.action == "blocked" ? "blocked" : "allowed");
  json.member("gid", kFirstGid + static_cast<uint32_t>(alert.detector));
  json.member("signature_id", rule_number(alert.rule_id)).member("rev", 1);
  json.member("signature", alert.rule_name);
  json.member("category", alert.detector == event::Detector::kSigma ? "Sigma" : "Picket");
  json.member("severity", eve_severity(alert.severity));
  json.key("context").begin_object().key("picket");
  event::append_json(json, alert);
  json.end_object().end_object().end_object();
  return line + '\n';
}

}  // namespace picket::app::analyze
