// SPDX-License-Identifier: Apache-2.0
// How records and alerts are put into words: subjects, Sigma alerts, summary, EVE, reports,
// progress.
#include <gtest/gtest.h>
#include <simdjson.h>

#include "app/analyze/eve_alert.h"
#include "app/analyze/progress_line.h"
#include "app/analyze/record_subject.h"
#include "app/analyze/report.h"
#include "app/analyze/sigma_alert.h"

namespace picket::app::analyze {
namespace {

using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

event::Alert subject_of(Fields fields,
                        event::LogOrigin origin = {"windows", "Security", "", 1, ""}) {
  event::LogRecord record;
  record.origin = origin;
  record.computer = "WS1";
  for (const auto& [name, value] : fields) record.add(name, value);
  event::Alert alert;
  describe_subject(record, alert);
  return alert;
}

TEST(RecordSubject, ANewProcessIsNotItsCreator) {
  const event::Alert alert = subject_of({{"SubjectUserName", "eve"},
                                         {"SubjectDomainName", "EVIL"},
                                         {"NewProcessId", "0x1f4"},
                                         {"NewProcessName", "C:\\Windows\\cmd.exe"},
                                         {"ProcessId", "0x10"},
                                         {"ParentProcessName", "C:\\a.exe"}});
  EXPECT_EQ(alert.actor.pid, 500u);
  EXPECT_EQ(alert.actor.name, "cmd.exe");
  EXPECT_EQ(alert.actor.parent_pid, 16u);
  EXPECT_EQ(alert.actor.parent_path, "C:\\a.exe");
  EXPECT_EQ(alert.actor.user, "EVIL\\eve");
  EXPECT_EQ(alert.host, "WS1");
  EXPECT_EQ(alert.platform, event::Platform::kWindows);
}

TEST(RecordSubject, WhoCalledIsTheOtherSide) {
  const event::Alert in = subject_of({{"Image", "C:\\s.exe"},
                                      {"Initiated", "false"},
                                      {"SourceIp", "203.0.113.9"},
                                      {"SourcePort", "50000"},
                                      {"DestinationIp", "10.0.0.5"},
                                      {"DestinationPort", "3389"}});
  ASSERT_TRUE(in.connection);
  EXPECT_EQ(in.connection->remote.text(), "203.0.113.9:50000");
  EXPECT_EQ(in.connection->local.text(), "10.0.0.5:3389");
  const event::Alert out = subject_of({{"Direction", "%%14593"},
                                       {"SourceAddress", "10.0.0.5"},
                                       {"DestAddress", "203.0.113.9"},
                                       {"DestPort", "443"},
                                       {"Protocol", "17"}});
  ASSERT_TRUE(out.connection);
  EXPECT_EQ(out.connection->remote.text(), "203.0.113.9:443");
  EXPECT_EQ(out.connection->transport, event::Transport::kUdp);
  EXPECT_FALSE(subject_of({{"DestinationIp", "-"}}).connection);
}

TEST(RecordSubject, ReadsZeekAndHashes) {
  const event::Alert zeek = subject_of({{"uid", "C1"},
                                        {"id.orig_h", "10.0.0.5"},
                                        {"id.resp_h", "203.0.113.9"},
                                        {"id.resp_p", "80"},
                                        {"host", "Evil.Example"},
                                        {"uri", "/x"}},
                                       {"zeek", "http", "", 0, ""});
  EXPECT_EQ(zeek.url, "http://evil.example/x");
  EXPECT_EQ(zeek.connection->id, "C1");
  const event::Alert sysmon = subject_of({{"Image", "C:\\x.exe"},
                                          {"ParentImage", "C:\\y.exe"},
                                          {"Hashes", "MD5=AB,SHA256=CD,IMPHASH=EF"}});
  EXPECT_EQ(sysmon.actor.md5, "ab");
  EXPECT_EQ(sysmon.actor.sha256, "cd");
  // Of a module that was loaded the hash says nothing about the process.
  EXPECT_EQ(
      subject_of({{"Image", "C:\\x.exe"}, {"ImageLoaded", "m"}, {"Hashes", "MD5=AB"}}).actor.md5,
      "");
}

TEST(RecordSubject, ACollectorsNameIsNobodysPeer) {
  const event::Alert alert =
      subject_of({{"Image", "C:\\x.exe"}, {"host", "collector.example"}, {"uri", "x"}});
  EXPECT_EQ(alert.domain, "");
  EXPECT_EQ(alert.url, "");
}

TEST(RecordSubject, NamesTheKindOfRecord) {
  EXPECT_EQ(source_words({"windows", "Microsoft-Windows-Sysmon/Operational", "", 3, ""}),
            "Sysmon 3");
  EXPECT_EQ(source_words({"windows", "Security", "", 4688, ""}), "Security 4688");
  EXPECT_EQ(source_words({"zeek", "conn", "", 0, ""}), "zeek conn");
}

TEST(SigmaAlert, TakesOverWhatTheRuleSays) {
  detect::sigma::Rule rule;
  rule.about.id = "u";
  rule.about.title = "Encoded command";
  rule.about.status = "stable";
  rule.about.level = detect::sigma::Level::kHigh;
  rule.about.tags = {"attack.execution", "attack.t1059.001", "cve.2026-1", "attack.g0001"};
  rule.about.place = {"r.yml", 7};
  event::LogRecord record;
  record.origin = {"windows", "Microsoft-Windows-Sysmon/Operational", "", 1, ""};
  record.add("Image", "C:\\p.exe");
  const event::Alert alert =
      sigma_alert(rule, record, {{"s", "EventID", "1"}, {"s", "CommandLine", "p -enc x"}}, nullptr);
  EXPECT_EQ(alert.severity, event::Severity::kHigh);
  EXPECT_EQ(alert.confidence, event::Confidence::kHigh);
  EXPECT_EQ(alert.rule_file, "r.yml:7");
  EXPECT_EQ(alert.reason, "p.exe: Encoded command (CommandLine: p -enc x)");
  ASSERT_EQ(alert.attack.size(), 1u);
  EXPECT_EQ(alert.attack[0].tactic, "TA0002");
  EXPECT_EQ(alert.attack[0].technique, "T1059.001");
}

TEST(SigmaAlert, SeveralTacticsLeaveTechniquesOpen) {
  const auto references =
      attack_references({"attack.stealth", "attack.defense_impairment", "attack.t1070"});
  ASSERT_EQ(references.size(), 3u);
  EXPECT_EQ(references[0].tactic, "TA0005");
  EXPECT_EQ(references[1].tactic, "TA0112");
  EXPECT_EQ(references[2].technique, "T1070");
  EXPECT_EQ(references[2].tactic, "");
}

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
