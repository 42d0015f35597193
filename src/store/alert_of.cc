// SPDX-License-Identifier: Apache-2.0
#include "store/alert_of.h"

#include "store/record_parts.h"

namespace picket::store {
namespace {

using schema::Field;
using schema::Record;

event::Detector detector_of(const Record& record) {
  const std::string name = word_in(record, Field::kDetector);
  for (const auto detector : {event::Detector::kSigma, event::Detector::kBehavior,
                              event::Detector::kIndicator, event::Detector::kSignature})
    if (event::text(detector) == name) return detector;
  return event::Detector::kBehavior;
}

event::Platform platform_of(const Record& record) {
  const std::string name = word_in(record, Field::kPlatform);
  if (name == "windows") return event::Platform::kWindows;
  if (name == "linux") return event::Platform::kLinux;
  return name == "macos" ? event::Platform::kMac : event::Platform::kUnknown;
}

}  // namespace

event::Actor actor_of(const Record& record) {
  event::Actor actor;
  actor.id = text_in(record, Field::kProcessId);
  actor.pid = static_cast<uint32_t>(record.number_of(Field::kProcessPid));
  actor.name = text_in(record, Field::kProcessName);
  actor.path = text_in(record, Field::kProcessExecutable);
  actor.command_line = text_in(record, Field::kProcessCommandLine);
  actor.working_directory = text_in(record, Field::kProcessDirectory);
  actor.user = text_in(record, Field::kUser);
  actor.sha256 = text_in(record, Field::kProcessSha256);
  actor.sha1 = text_in(record, Field::kProcessSha1);
  actor.md5 = text_in(record, Field::kProcessMd5);
  actor.package = text_in(record, Field::kProcessPackage);
  actor.unit = text_in(record, Field::kProcessUnit);
  actor.container = text_in(record, Field::kProcessContainer);
  actor.parent_id = text_in(record, Field::kParentId);
  actor.parent_pid = static_cast<uint32_t>(record.number_of(Field::kParentPid));
  actor.parent_path = text_in(record, Field::kParentExecutable);
  actor.parent_command_line = text_in(record, Field::kParentCommandLine);
  if (record.find(Field::kProcessStarted))
    actor.started = WallTime{record.number_of(Field::kProcessStarted)};
  return actor;
}

event::Alert alert_of(const Record& record) {
  event::Alert alert;
  alert.id = text_in(record, Field::kId);
  alert.time = alert.last_time = record.time;
  alert.detector = detector_of(record);
  alert.rule_id = text_in(record, Field::kRuleId);
  alert.rule_name = text_in(record, Field::kRuleName);
  alert.rule_file = text_in(record, Field::kRulePlace);
  alert.severity = event::parse_severity(word_in(record, Field::kSeverity))
                       .value_or(event::Severity::kInformational);
  const std::string confidence = word_in(record, Field::kConfidence);
  alert.confidence = confidence == "high"  ? event::Confidence::kHigh
                     : confidence == "low" ? event::Confidence::kLow
                                           : event::Confidence::kMedium;
  alert.reason = text_in(record, Field::kReason);
  for (std::string& tactic : list_in(record, Field::kTactics))
    alert.attack.push_back({std::move(tactic), {}});
  for (std::string& technique : list_in(record, Field::kTechniques))
    alert.attack.push_back({{}, std::move(technique)});
  alert.host = text_in(record, Field::kHost);
  alert.platform = platform_of(record);
  alert.actor = actor_of(record);
  if (record.find(Field::kRemoteIp) || record.find(Field::kLocalIp))
    alert.connection = connection_of(record);
  if (const std::string way = word_in(record, Field::kTraffic); !way.empty())
    alert.traffic_outbound = way == "outbound";
  alert.url = text_in(record, Field::kUrl);
  alert.domain = text_in(record, Field::kDomain);
  alert.file = text_in(record, Field::kFilePath);
  alert.action = text_in(record, Field::kAction);
  alert.count = static_cast<uint64_t>(std::max<int64_t>(record.number_of(Field::kCount), 1));
  return alert;
}

}  // namespace picket::store
