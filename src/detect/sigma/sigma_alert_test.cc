// SPDX-License-Identifier: Apache-2.0
// How records and what rules find in them are put into words.
#include "detect/sigma/sigma_alert.h"

#include <gtest/gtest.h>

#include "detect/sigma/record_subject.h"
#include "detect/sigma/rules_for_tests.h"

namespace picket::detect::sigma {
namespace {

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
  About about;
  about.id = "u";
  about.title = "Encoded command";
  about.status = "stable";
  about.level = Level::kHigh;
  about.tags = {"attack.execution", "attack.t1059.001", "cve.2026-1", "attack.g0001"};
  about.place = {"r.yml", 7};
  event::LogRecord record;
  record.origin = {"windows", "Microsoft-Windows-Sysmon/Operational", "", 1, ""};
  record.add("Image", "C:\\p.exe");
  const event::Alert alert = sigma_alert(
      about, record, {{"s", "EventID", "1"}, {"s", "CommandLine", "p -enc x"}}, nullptr);
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

}  // namespace
}  // namespace picket::detect::sigma
