// SPDX-License-Identifier: Apache-2.0
// How alerts are put into words: summary, EVE, reports, progress.
#include <gtest/gtest.h>
#include <simdjson.h>

#include "app/analyze/eve_alert.h"
#include "app/analyze/progress_line.h"
#include "app/analyze/report.h"

namespace picket::app::analyze {
namespace {

event::Alert shown(std::string rule, event::Severity severity, uint32_t pid, int64_t time) {
  event::Alert alert;
  alert.time = alert.last_time = WallTime{time};
  alert.rule_id = rule;
  alert.rule_name = "Rule \x1b[31m" + rule;
  alert.severity = severity;
  alert.host = "WS1";
  alert.actor.pid = pid;
  alert.actor.name = "a.exe";
  alert.reason = "<script>" + rule + "|*x*\n";
  return alert;
}

TEST(Summary, GroupsByProcessAndRuleTheWorstFirst) {
  AlertStore alerts;
  alerts.add(shown("m", event::Severity::kMedium, 1, 10));
  alerts.add(shown("m", event::Severity::kMedium, 1, 30));
  alerts.add(shown("h", event::Severity::kHigh, 2, 20));
  alerts.add(shown("l", event::Severity::kLow, 3, 5));
  alerts.finish();
  const Summary summary(alerts, event::Severity::kMedium);
  ASSERT_EQ(summary.subjects().size(), 2u);
  EXPECT_EQ(summary.subjects()[0].who, "a.exe (pid 2)");
  ASSERT_EQ(summary.subjects()[1].rules.size(), 1u);
  EXPECT_EQ(summary.subjects()[1].rules[0].count, 2u);
  EXPECT_EQ(summary.subjects()[1].rules[0].until.ns, 30);
  EXPECT_EQ(summary.shown(), 3u);
  EXPECT_EQ(summary.below(), 1u);
}

TEST(AlertStore, PastItsBoundItOnlyCounts) {
  AlertStore alerts(600);
  for (int i = 0; i < 10; ++i) alerts.add(shown("m", event::Severity::kMedium, 1, i));
  alerts.finish();
  EXPECT_GT(alerts.size(), 0u);
  EXPECT_LT(alerts.size(), 10u);
  EXPECT_EQ(alerts.size() + alerts.dropped(), 10u);
  EXPECT_EQ(alerts.count(event::Severity::kMedium), 10u);
}

struct Told {
  AnalysisResult result;
  Content content;
  Account account{result, content, 1, 2.0, event::Severity::kMedium};
  Told() {
    result.alerts.add(shown("m", event::Severity::kMedium, 1, 10));
    result.alerts.finish();
    result.total.records = 12'345;
    result.total.problem("evil\x1b]0;.evtx", 4096, "torn");
  }
};

TEST(SummaryText, NothingOfAnInputMovesTheCursor) {
  const Told told;
  const Summary summary(told.result.alerts, event::Severity::kMedium);
  const std::string text = findings_text(summary, told.account, {}) +
                           account_text(told.account, {}) +
                           timeline_line(summary.subjects()[0].rules[0].first, {});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("12,345 records"), std::string::npos);
  EXPECT_NE(text.find("6,172 records/s"), std::string::npos);
  EXPECT_NE(text.find(".evtx at byte 4096: torn"), std::string::npos);
  EXPECT_NE(findings_text(summary, told.account, {true, false}).find("\x1b[33m"),
            std::string::npos);
}

TEST(Report, EscapesWhatInputsSay) {
  const Told told;
  const Summary summary(told.result.alerts, event::Severity::kMedium);
  incident::Incident incident;
  incident.title = "<img src=x>";
  const std::vector<incident::Incident> incidents{incident};
  std::string html, markdown;
  write_html({told.account, summary, incidents}, [&](std::string_view text) { html += text; });
  write_markdown({told.account, summary, incidents},
                 [&](std::string_view text) { markdown += text; });
  EXPECT_EQ(html.find("<script>"), std::string::npos);
  EXPECT_EQ(html.find("<img"), std::string::npos);
  EXPECT_NE(html.find("&lt;script&gt;m|*x*\\n"), std::string::npos);
  EXPECT_NE(html.find("default-src 'none'"), std::string::npos);
  EXPECT_EQ(markdown.find("<script>"), std::string::npos);
  EXPECT_NE(markdown.find("\\<script\\>m\\|\\*x\\*\\\\n"), std::string::npos);
  EXPECT_EQ(html.find('\x1b'), std::string::npos);
}

TEST(EveAlert, IsOneLineThatCarriesTheWholeAlert) {
  event::Alert alert = shown("m", event::Severity::kMedium, 1, 1'767'323'045'678'901'000);
  event::ConnectionMade& made = alert.connection.emplace();
  made.outbound = false;
  made.local = {*IpAddress::parse("10.0.0.5"), 80};
  made.remote = {*IpAddress::parse("203.0.113.9"), 50000};
  const std::string line = eve_alert_line(alert);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  simdjson::dom::parser parser;
  simdjson::dom::element json;
  ASSERT_EQ(parser.parse(simdjson::padded_string(line)).get(json), simdjson::SUCCESS);
  std::string_view text;
  ASSERT_EQ(json["timestamp"].get(text), simdjson::SUCCESS);
  EXPECT_EQ(text, "2026-01-02T03:04:05.678901+0000");
  ASSERT_EQ(json["src_ip"].get(text), simdjson::SUCCESS);
  EXPECT_EQ(text, "203.0.113.9") << "who opened it is the source";
  int64_t number = 0;
  ASSERT_EQ(json.at_pointer("/alert/severity").get(number), simdjson::SUCCESS);
  EXPECT_EQ(number, 2);
  ASSERT_EQ(json.at_pointer("/alert/context/picket/severity").get(text), simdjson::SUCCESS);
  EXPECT_EQ(text, "medium");
}

TEST(ProgressLine, SaysShareRateAndTimeLeft) {
  EXPECT_EQ(progress_text(512 * 1024, 1024 * 1024, 1, 4, 2.0),
            "[############............] 50%  1 of 4 inputs, 512 KB, 256 KB/s, 2s left");
  EXPECT_EQ(progress_text(0, 0, 0, 1, 0).find('['), std::string::npos) << "a pipe has no share";
  EXPECT_NE(progress_text(2048, 1024, 0, 1, 1).find("100%"), std::string::npos)
      << "a file that grew";
}

}  // namespace
}  // namespace picket::app::analyze
