// SPDX-License-Identifier: Apache-2.0
#include "respond/audit/audit_log.h"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "process/test_folder.h"

namespace picket::respond {
namespace {

AuditRecord record_of(const std::string& target) {
  AuditRecord record;
  record.time = WallTime{1'700'000'000'000'000'000};
  record.actor = "tester";
  record.action = "kill";
  record.target = target;
  record.result = "done";
  return record;
}

std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class AuditLogTest : public testing::Test {
 protected:
  std::string folder() const { return folder_.path() + "/responses"; }
  void append(int lines) {
    auto log = AuditLog::open(folder());
    ASSERT_TRUE(log) << log.error().text();
    for (int i = 0; i < lines; ++i) ASSERT_TRUE(log->append(record_of("x" + std::to_string(i))));
  }
  AuditCheck check() const { return *read_audit(folder(), nullptr); }
  AuditCheck check(const std::string& log) const {
    return verify_audit(log, contents(folder() + "/audit.head"), nullptr);
  }
  std::string log() const { return contents(folder() + "/audit.ndjson"); }
  process::TestFolder folder_;
};

TEST_F(AuditLogTest, ChainsLinesOverReopening) {
  append(2);
  append(1);
  EXPECT_EQ(check().lines, 3u);
  EXPECT_TRUE(check().problems.empty());
  EXPECT_NE(log().find("{\"n\":3,"), std::string::npos);
}

TEST_F(AuditLogTest, NamesTheLineThatWasChanged) {
  append(4);
  std::string text = log();
  text.replace(text.find("\"x2\""), 4, "\"x9\"");
  const AuditCheck found = check(text);
  ASSERT_EQ(found.problems.size(), 1u);
  EXPECT_EQ(found.problems[0], "line 3: changed since it was written");
}

TEST_F(AuditLogTest, NamesTheLineAfterOneTakenOut) {
  append(4);
  std::string text = log();
  const size_t second = text.find('\n') + 1;
  text.erase(second, text.find('\n', second) + 1 - second);
  const AuditCheck found = check(text);
  ASSERT_EQ(found.problems.size(), 1u);
  EXPECT_TRUE(found.problems[0].starts_with("line 2: does not follow line 1")) << found.problems[0];
}

TEST_F(AuditLogTest, NoticesThatTheEndIsMissing) {
  append(3);
  std::string text = log();
  text.resize(text.rfind('\n', text.size() - 2) + 1);
  const AuditCheck found = check(text);
  ASSERT_EQ(found.problems.size(), 1u);
  EXPECT_NE(found.problems[0].find("number 3"), std::string::npos) << found.problems[0];
  EXPECT_EQ(verify_audit(text, "", nullptr).problems.size(), 1u);
}

TEST_F(AuditLogTest, GoesOnAfterALineThatACrashLeftUnfinished) {
  append(2);
  std::ofstream(folder() + "/audit.ndjson", std::ios::app) << "{\"n\":3,\"ti";
  append(1);
  const AuditCheck found = check();
  EXPECT_EQ(found.lines, 4u);
  ASSERT_EQ(found.problems.size(), 1u);
  EXPECT_EQ(found.problems[0], "line 3: damaged, or never a whole line");
}

TEST_F(AuditLogTest, LinesPastTheBoundAreDamaged) {
  append(1);
  const AuditCheck found = check(log() + std::string(AuditLog::kLineMax + 1, 'x') + "\n");
  ASSERT_EQ(found.problems.size(), 1u);
  EXPECT_EQ(found.lines, 2u);
}

TEST_F(AuditLogTest, SeveralWritersMakeOneChain) {
  std::vector<std::thread> writers;
  append(1);
  for (int i = 0; i < 4; ++i) writers.emplace_back([&] { append(8); });
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(check().lines, 33u);
  EXPECT_TRUE(check().problems.empty());
}

TEST_F(AuditLogTest, RefusesAFolderThatOthersMayChange) {
  std::filesystem::create_directory(folder());
  std::filesystem::permissions(folder(), std::filesystem::perms::all);
  EXPECT_FALSE(AuditLog::open(folder()));
  std::filesystem::create_symlink(folder_.path(), folder_.path() + "/link");
  EXPECT_FALSE(AuditLog::open(folder_.path() + "/link"));
}

TEST_F(AuditLogTest, WhatFailsIsWrittenDownBeforeAndAfter) {
  auto log_file = AuditLog::open(folder());
  ASSERT_TRUE(log_file);
  uint64_t lines_before = 0;
  const auto done = audited(*log_file, record_of("y"), [&](AuditRecord&) -> Result<void> {
    lines_before = check().lines;
    return failure("it would not");
  });
  EXPECT_FALSE(done);
  EXPECT_EQ(lines_before, 1u);
  EXPECT_NE(log().find("\"result\":\"failed: it would not\",\"of\":1"), std::string::npos) << log();
}

}  // namespace
}  // namespace picket::respond
