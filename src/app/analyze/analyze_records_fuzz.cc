// SPDX-License-Identifier: Apache-2.0
// A log of any kind from its bytes to everything that is written about it: readers, rules,
// evidence, behaviours, incidents, summary, reports, EVE. Whatever stands in it, nothing may crash,
// and nothing that goes to a terminal may carry a control character.
#include <cstdlib>
#include <cstring>
#include <memory>

#include "app/analyze/conclusions.h"
#include "app/analyze/eve_alert.h"
#include "app/analyze/record_judge.h"
#include "app/analyze/report.h"
#include "incident/incident_set.h"
#include "sensor/replay/replay.h"

namespace picket::app::analyze {
namespace {

// More would fill a lane that nobody reads meanwhile.
constexpr size_t kBytesMax = 16 * 1024;

constexpr std::string_view kRules = R"(title: Any process
name: any
level: medium
tags: [attack.execution, attack.t1059]
logsource: {}
detection: {s: {Image|exists: true}, condition: s}
---
title: Any connection
level: high
logsource: {}
detection: {s: {DestinationIp|exists: true}, condition: s}
---
title: Twice
level: medium
correlation: {type: event_count, rules: [any], group-by: [Image], timespan: 1h, condition: {gte: 2}}
)";

class OneBuffer final : public sensor::replay::ByteSource {
 public:
  explicit OneBuffer(Bytes bytes) : bytes_(bytes) {}
  Result<size_t> read(std::span<uint8_t> into) override {
    const size_t count = std::min(into.size(), bytes_.size());
    std::copy_n(bytes_.begin(), count, into.begin());
    bytes_ = bytes_.subspan(count);
    return count;
  }

 private:
  Bytes bytes_;
};

Content make_content() {
  detect::sigma::RuleSet::Loader loader;
  loader.add_text(kRules, "rules.yml");
  auto program = detect::sigma::Program::compile(loader.finish());
  if (!program) std::abort();
  Content content;
  content.feeds_correlation = {true, false};
  content.sigma = std::move(*program);
  content.behaviors.emplace();
  return content;
}

void check_terminal(const std::string& text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n') std::abort();
}

void write_everything(const Content& content, const AnalysisResult& result) {
  incident::IncidentSet set(result.lineage);
  std::string json;
  result.alerts.visit([&](const event::Alert& alert) {
    set.add(alert);
    json += eve_alert_line(alert);
    check_terminal(timeline_line(alert, {}));
  });
  const auto incidents = set.incidents();
  for (const incident::Incident& one : incidents) {
    JsonWriter writer(json);
    incident::append_json(writer, one);
  }
  const Summary summary(result.alerts, event::Severity::kLow);
  const Account account{result, content, 1, 1.0, event::Severity::kLow};
  check_terminal(findings_text(summary, account, {}) + account_text(account, {}) +
                 incidents_text(incidents, {}));
  const ReportContent report{account, summary, incidents};
  write_markdown(report, [&](std::string_view text) { json += text; });
  write_html(report, [&](std::string_view text) { json += text; });
}

}  // namespace
}  // namespace picket::app::analyze

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace picket::app::analyze;
  if (size > kBytesMax) return 0;
  static const Content content = make_content();
  static const std::unique_ptr<RecordJudge> judge = std::move(*RecordJudge::create(content));
  AnalysisResult result;
  const auto conclusions = std::move(*Conclusions::create(content, result.alerts, result.lineage));
  Lane lane;
  LaneWriter writer(lane, true);
  judge->begin_input();
  OneBuffer source({data, size});
  picket::sensor::replay::ReadRequest request;
  request.on_record = [&](const picket::event::LogRecord& record,
                          const picket::sensor::replay::RecordPlace& place) {
    judge->judge(record, place, writer);
  };
  request.limits.ratio_from_bytes = kBytesMax;
  request.limits.ratio_max = 4;
  result.total = picket::sensor::replay::for_each_record(source, "input", request);
  writer.flush();
  lane.close({});
  while (const auto batch = lane.pop())
    for (const Item& item : batch->items) conclusions->take(*batch, item);
  conclusions->finish();
  result.alerts.finish();
  write_everything(content, result);
  return 0;
}
