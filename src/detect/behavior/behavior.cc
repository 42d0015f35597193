// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/behavior.h"

namespace picket::detect::behavior {
event::Alert draft(const BehaviorInfo& info, std::string_view host, WallTime time) {
  event::Alert alert;
  alert.time = alert.last_time = time;
  alert.detector = event::Detector::kBehavior;
  alert.rule_id = info.name;
  alert.rule_name = info.title;
  alert.severity = info.severity;
  alert.confidence = info.confidence;
  alert.attack.assign(info.attack.begin(), info.attack.end());
  alert.false_positives.assign(info.false_positives.begin(), info.false_positives.end());
  alert.host = host;
  return alert;
}

event::Alert draft(const BehaviorInfo& info, const event::Activity& activity,
                   const event::Actor& actor) {
  event::Alert alert = draft(info, activity.host, activity.time);
  alert.platform = activity.platform;
  alert.actor = actor;
  alert.place = activity.place;
  if (const auto* made = std::get_if<event::ConnectionMade>(&activity.what)) {
    alert.connection = *made;
    alert.traffic_outbound = made->outbound;
    alert.domain = made->remote_name;
  } else if (const auto* lookup = std::get_if<event::DnsLookup>(&activity.what)) {
    alert.domain = lookup->name;
  } else if (const auto* http = std::get_if<event::HttpExchange>(&activity.what)) {
    alert.domain = http->host;
    alert.url = http->uri;
  } else if (const auto* tls = std::get_if<event::TlsSession>(&activity.what)) {
    alert.domain = tls->server_name;
  }
  return alert;
}

}  // namespace picket::detect::behavior
