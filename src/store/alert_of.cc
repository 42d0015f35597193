// SPDX-License-Identifier: Apache-2.0
#include "store/alert_of.h"

namespace picket::store {
namespace {

using schema::Field;
using schema::Record;

std::string text(const Record& record, Field field) { return std::string(record.text_of(field)); }

std::string word(const Record& record, Field field) {
  const schema::Value* value = record.find(field);
  return value ? schema::text_of(field, *value) : std::string();
}

Endpoint endpoint(const Record& record, Field address, Field port) {
  Endpoint made;
  if (const schema::Value* value = record.find(address))
    if (const auto* ip = std::get_if<IpAddress>(value)) made.address = *ip;
  made.port = static_cast<uint16_t>(record.number_of(port));
  return made;
}

std::vector<std::string> list(const Record& record, Field field) {
  std::vector<std::string> out;
  const std::string_view joined = record.text_of(field);
  if (joined.empty()) return out;
  for (const std::string_view one : schema::elements(joined)) out.emplace_back(one);
  return out;
}

std::optional<uint64_t> count(const Record& record, Field field) {
  if (!record.find(field)) return std::nullopt;
  return static_cast<uint64_t>(record.number_of(field));
}

event::ConnectionMade connection_of(const Record& record) {
  event::ConnectionMade made;
  made.id = text(record, Field::kConnectionId);
  made.transport =
      event::parse_transport(word(record, Field::kTransport)).value_or(event::Transport::kTcp);
  if (const std::string way = word(record, Field::kDirection); !way.empty())
    made.outbound = way == "outbound";
  made.local = endpoint(record, Field::kLocalIp, Field::kLocalPort);
  made.remote = endpoint(record, Field::kRemoteIp, Field::kRemotePort);
  made.remote_name = text(record, Field::kRemoteName);
  made.service = text(record, Field::kService);
  made.bytes_in = count(record, Field::kBytesIn);
  made.bytes_out = count(record, Field::kBytesOut);
  return made;
}

event::Detector detector_of(const Record& record) {
  const std::string name = word(record, Field::kDetector);
  for (const auto detector : {event::Detector::kSigma, event::Detector::kBehavior,
                              event::Detector::kIndicator, event::Detector::kSignature})
    if (event::text(detector) == name) return detector;
  return event::Detector::kBehavior;
}

event::Platform platform_of(const Record& record) {
  const std::string name = word(record, Field::kPlatform);
  if (name == "windows") return event::Platform::kWindows;
  if (name == "linux") return event::Platform::kLinux;
  return name == "macos" ? event::Platform::kMac : event::Platform::kUnknown;
}

}  // namespace

event::Actor actor_of(const Record& record) {
  event::Actor actor;
  actor.id = text(record, Field::kProcessId);
  actor.pid = static_cast<uint32_t>(record.number_of(Field::kProcessPid));
  actor.name = text(record, Field::kProcessName);
  actor.path = text(record, Field::kProcessExecutable);
  actor.command_line = text(record, Field::kProcessCommandLine);
  actor.working_directory = text(record, Field::kProcessDirectory);
  actor.user = text(record, Field::kUser);
  actor.sha256 = text(record, Field::kProcessSha256);
  actor.sha1 = text(record, Field::kProcessSha1);
  actor.md5 = text(record, Field::kProcessMd5);
  actor.package = text(record, Field::kProcessPackage);
  actor.unit = text(record, Field::kProcessUnit);
  actor.container = text(record, Field::kProcessContainer);
  actor.parent_id = text(record, Field::kParentId);
  actor.parent_pid = static_cast<uint32_t>(record.number_of(Field::kParentPid));
  actor.parent_path = text(record, Field::kParentExecutable);
  actor.parent_command_line = text(record, Field::kParentCommandLine);
  if (record.find(Field::kProcessStarted))
    actor.started = WallTime{record.number_of(Field::kProcessStarted)};
  return actor;
}

event::Alert alert_of(const Record& record) {
  event::Alert alert;
  alert.id = text(record, Field::kId);
  alert.time = alert.last_time = record.time;
  alert.detector = detector_of(record);
  alert.rule_id = text(record, Field::kRuleId);
  alert.rule_name = text(record, Field::kRuleName);
  alert.rule_file = text(record, Field::kRulePlace);
  alert.severity = event::parse_severity(word(record, Field::kSeverity))
                       .value_or(event::Severity::kInformational);
  const std::string confidence = word(record, Field::kConfidence);
  alert.confidence = confidence == "high"  ? event::Confidence::kHigh
                     : confidence == "low" ? event::Confidence::kLow
                                           : event::Confidence::kMedium;
  alert.reason = text(record, Field::kReason);
  for (std::string& tactic : list(record, Field::kTactics))
    alert.attack.push_back({std::move(tactic), {}});
  for (std::string& technique : list(record, Field::kTechniques))
    alert.attack.push_back({{}, std::move(technique)});
  alert.host = text(record, Field::kHost);
  alert.platform = platform_of(record);
  alert.actor = actor_of(record);
  if (record.find(Field::kRemoteIp) || record.find(Field::kLocalIp))
    alert.connection = connection_of(record);
  if (const std::string way = word(record, Field::kTraffic); !way.empty())
    alert.traffic_outbound = way == "outbound";
  alert.url = text(record, Field::kUrl);
  alert.domain = text(record, Field::kDomain);
  alert.file = text(record, Field::kFilePath);
  alert.action = text(record, Field::kAction);
  alert.count = static_cast<uint64_t>(std::max<int64_t>(record.number_of(Field::kCount), 1));
  return alert;
}

}  // namespace picket::store
