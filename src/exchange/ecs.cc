// SPDX-License-Identifier: Apache-2.0
// Elastic Common Schema 8, by the names that fields.def gives.
#include "exchange/formats.h"
#include "exchange/parts.h"
#include "incident/incident.h"

namespace picket::exchange {
namespace {

using schema::Field;
using schema::Kind;
using schema::Record;

constexpr const char* kEcsVersion = "8.11.0";

// Sets a dotted name, unless something is there already.
void set_at(Json& root, std::string_view name, Json&& value) {
  Json* at = &root;
  for (size_t dot = name.find('.'); dot != name.npos; dot = name.find('.')) {
    at = &(*at)[std::string(name.substr(0, dot))];
    if (!at->is_null() && !at->is_object()) return;
    name.remove_prefix(dot + 1);
  }
  const std::string last(name);
  if (!at->contains(last)) (*at)[last] = std::move(value);
}

void add_event(Json& root, const Record& record) {
  Json& event = root["event"];
  const bool alert = record.kind == Kind::kAlert;
  event["kind"] = alert ? "alert" : "event";
  event["module"] = "picket";
  switch (record.kind) {
    case Kind::kAlert: event["category"] = {"intrusion_detection"}; break;
    case Kind::kProcess: event["category"] = {"process"}; break;
    case Kind::kFile: event["category"] = {"file"}; break;
    default: event["category"] = {"network"}; break;
  }
  const std::string action = word_of(record, Field::kAction);
  if (alert)
    event["type"] = {action == "blocked" ? "denied" : action == "allowed" ? "allowed" : "info"};
  if (record.kind == Kind::kProcess) event["type"] = {"start"};
  if (record.kind == Kind::kFlow)
    event["type"] = {"connection", word_of(record, Field::kState) == "open" ? "start" : "end"};
  constexpr int kSeverities[] = {10, 21, 47, 73, 99};
  if (record.find(Field::kSeverity))
    event["severity"] = kSeverities[record.number_of(Field::kSeverity)];
  if (const auto* real = record.find(Field::kDuration))
    event["duration"] = static_cast<int64_t>(std::get<double>(*real) * 1e9);
}

void add_ecs_ends(Json& root, const Record& record) {
  const Ends ends = ends_of(record);
  const auto end = [&](const char* side, Field ip, Field port, Field bytes, Field packets) {
    if (!record.find(ip)) return;
    Json& out = root[side];
    put(out, "ip", record, ip);
    put(out, "port", record, port);
    put(out, "bytes", record, bytes);
    put(out, "packets", record, packets);
  };
  // Bytes of a side are those it sent.
  const auto& sent = ends.inbound ? Field::kBytesIn : Field::kBytesOut;
  const auto& got = ends.inbound ? Field::kBytesOut : Field::kBytesIn;
  end("source", ends.source_ip, ends.source_port, sent,
      ends.inbound ? Field::kPacketsIn : Field::kPacketsOut);
  end("destination", ends.target_ip, ends.target_port, got,
      ends.inbound ? Field::kPacketsOut : Field::kPacketsIn);
  const std::string traffic = word_of(record, Field::kTraffic);
  const std::string way = traffic.empty() ? word_of(record, Field::kDirection) : traffic;
  if (way == "inbound" || way == "outbound")
    root["network"]["direction"] = way == "inbound" ? "ingress" : "egress";
  if (const std::string name = word_of(record, Field::kRemoteName); !name.empty())
    root[ends.inbound ? "source" : "destination"]["domain"] = name;
}

bool ecs_by_hand(Field field) {
  switch (field) {
    case Field::kSeverity:
    case Field::kDuration:
    case Field::kLocalIp:
    case Field::kLocalPort:
    case Field::kRemoteIp:
    case Field::kRemotePort:
    case Field::kRemoteName:
    case Field::kBytesIn:
    case Field::kBytesOut:
    case Field::kPacketsIn:
    case Field::kPacketsOut:
    case Field::kTraffic:
    case Field::kDirection:
    case Field::kState:
    case Field::kEventDataType:
    case Field::kEventType:
    case Field::kConnectionId: return true;
    default: return false;
  }
}

}  // namespace

std::string ecs_line(const Record& record) {
  Json root;
  root["@timestamp"] = rfc3339(record.time);
  root["ecs"]["version"] = kEcsVersion;
  add_event(root, record);
  add_ecs_ends(root, record);
  for (const schema::RecordEntry& entry : record.entries) {
    const std::string_view name = schema::info(entry.field).ecs;
    if (name.empty() || ecs_by_hand(entry.field)) continue;
    // Labels are texts.
    Json value = value_of(record, entry.field);
    if (name.starts_with("labels.") && !value.is_string()) value = value.dump();
    set_at(root, name, std::move(value));
  }
  if (const std::string_view tactics = record.text_of(Field::kTactics); !tactics.empty()) {
    root["threat"]["framework"] = "MITRE ATT&CK";
    for (const std::string_view tactic : schema::elements(tactics))
      root["threat"]["tactic"]["name"].push_back(std::string(incident::tactic_name(tactic)));
  }
  for (const auto& [where, number] : {std::pair{"event_type", Field::kEventType},
                                      {"data_type", Field::kEventDataType},
                                      {"connection_id", Field::kConnectionId}})
    if (const std::string text = word_of(record, number); !text.empty())
      root["labels"][where] = text;
  return dumped(root);
}

}  // namespace picket::exchange
