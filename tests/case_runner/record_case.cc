// SPDX-License-Identifier: Apache-2.0
#include "case_runner/record_case.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "case_runner/contract.h"
#include "case_runner/scripted_sensor.h"
#include "detect/behavior/behavior_set.h"
#include "detect/evidence/evidence.h"
#include "sensor/replay/replay.h"

namespace picket::case_runner {
namespace {

class TextSource final : public sensor::replay::ByteSource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}
  Result<size_t> read(std::span<uint8_t> into) override {
    const size_t count = std::min(into.size(), text_.size() - at_);
    std::memcpy(into.data(), text_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  std::string text_;
  size_t at_ = 0;
};

// Scalars as text, but for the event id: Windows' exports have it as a number.
Json json_of(const YAML::Node& node) {
  if (node.IsMap()) {
    Json object = Json::object();
    for (const auto& member : node) object[member.first.as<std::string>()] = json_of(member.second);
    return object;
  }
  if (node.IsSequence()) {
    Json list = Json::array();
    for (const YAML::Node& item : node) list.push_back(json_of(item));
    return list;
  }
  return node.IsScalar() ? Json(node.Scalar()) : Json();
}

struct RecordKind {
  std::string_view name, channel, provider;
};
constexpr RecordKind kKinds[] = {
    {"sysmon", "Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon"},
    {"security", "Security", "Microsoft-Windows-Security-Auditing"},
    {"record", "", ""},
};

// One line of JSON as Windows' exporters write it; empty: complained of.
std::string line_of(const YAML::Node& step, int64_t& now_ns, Complaints& complaints) {
  MapReader keys(step, complaints);
  int64_t at = 0;
  now_ns += static_cast<int64_t>(kStepNs);
  if (keys.read_seconds("at", at)) now_ns = std::max(now_ns, at);
  std::string line;
  for (const RecordKind& kind : kKinds) {
    const auto value = keys.take(kind.name);
    if (!value || !value->IsMap()) continue;
    Json json = json_of(*value);
    if (!kind.channel.empty()) {
      json["Channel"] = kind.channel;
      json["SourceName"] = kind.provider;
      if (!json.contains("Hostname")) json["Hostname"] = "PC-1.corp.example";
      json["EventID"] = std::strtoul(json.value("EventID", "0").c_str(), nullptr, 10);
      json["@timestamp"] = rfc3339({kBeginWall.ns + now_ns});
    }
    line = json.dump();
  }
  if (line.empty()) complaints.add(step, "a record is one of sysmon, security, record");
  keys.finish();
  return line;
}

std::string shown(const event::Alert& alert) {
  return std::string(text(alert.severity)) + " " + alert.rule_id + ": " + alert.reason;
}

}  // namespace

std::vector<event::Alert> alerts_of(const std::vector<YAML::Node>& records,
                                    Complaints& complaints) {
  std::string text;
  int64_t now_ns = 0;
  for (const YAML::Node& step : records) text += line_of(step, now_ns, complaints) + "\n";
  auto set = detect::behavior::BehaviorSet::create();
  if (!set || !complaints.all().empty()) return {};
  detect::evidence::Translator translator;
  event::Activity activity;
  TextSource source(std::move(text));
  sensor::replay::ReadRequest request;
  request.on_record = [&](const event::LogRecord& record,
                          const sensor::replay::RecordPlace& place) {
    if (!translator.translate(record, activity)) return;
    activity.place.input = place.input;
    activity.place.offset = place.offset;
    (*set)->observe(activity);
  };
  const auto outcome = sensor::replay::for_each_record(source, "records", request);
  if (outcome.records != records.size())
    complaints.add_line(
        0, "only " + std::to_string(outcome.records) + " of the records could be read");
  return (*set)->finish();
}

std::optional<AlertExpectation> AlertExpectation::read(const YAML::Node& item,
                                                       Complaints& complaints) {
  const size_t before = complaints.all().size();
  AlertExpectation expectation;
  expectation.place_ = complaints.place(item);
  MapReader keys(item, complaints);
  keys.read("count", expectation.count_);
  const auto alert = keys.take("alert");
  keys.finish();
  if (!alert || !alert->IsMap()) {
    complaints.add(item, "after records, an expectation is an alert");
    return std::nullopt;
  }
  MapReader facts(*alert, complaints);
  facts.read("rule", expectation.rule_);
  facts.read("process", expectation.process_);
  facts.read("peer", expectation.peer_);
  facts.read("file", expectation.file_);
  facts.read("reason", expectation.reason_);
  event::Severity severity{};
  if (facts.read_word("severity", severity, event::parse_severity))
    expectation.severity_ = severity;
  if (facts.read_word("at_least", severity, event::parse_severity))
    expectation.at_least_ = severity;
  facts.finish();
  if (complaints.all().size() != before) return std::nullopt;
  return expectation;
}

bool AlertExpectation::matches(const event::Alert& alert) const {
  if (!rule_.empty() && alert.rule_id != rule_) return false;
  if (!process_.empty() && alert.actor.name != process_) return false;
  if (!file_.empty() && alert.file != file_) return false;
  if (!reason_.empty() && alert.reason.find(reason_) == std::string::npos) return false;
  if (!peer_.empty() && (!alert.connection || alert.connection->remote.text() != peer_))
    return false;
  return (!severity_ || alert.severity == *severity_) &&
         (!at_least_ || alert.severity >= *at_least_);
}

std::string AlertExpectation::difference(const std::vector<event::Alert>& alerts) const {
  const auto found = static_cast<uint64_t>(
      std::ranges::count_if(alerts, [this](const event::Alert& alert) { return matches(alert); }));
  if (found == count_) return {};
  std::string text = place_ + ": " + std::to_string(found) + " alerts like this, expected " +
                     std::to_string(count_);
  for (const event::Alert& alert : alerts) text += "\n    there was: " + shown(alert);
  return text;
}

}  // namespace picket::case_runner
