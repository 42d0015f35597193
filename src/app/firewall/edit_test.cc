// SPDX-License-Identifier: Apache-2.0
#include "app/firewall/edit.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "app/firewall/rule_file.h"
#include "respond/firewall/rule_text.h"

namespace picket::app::firewall {
namespace {

using respond::firewall::Action;
using respond::firewall::Mode;
using respond::firewall::Rule;

constexpr WallTime kNow{1'000'000'000'000'000'000};
constexpr const char* kTwo =
    "version 1 next 3\nmode observe\nrule 1 block priority 1000 remote 192.0.2.1\n"
    "rule 2 allow priority 2000 remote 192.0.2.2 confirm-by 2026-01-01T00:00:00.000000Z\n";

Rule block(const char* prefix) {
  Rule rule;
  rule.remote = Prefix::parse(prefix);
  return rule;
}

TEST(Edit, TheFirstRuleByHandIsEnforced) {
  Edit edit;
  edit.add = {block("192.0.2.1"), block("2001:db8::/32")};
  const auto edited = edit_text("", edit, kNow);
  ASSERT_TRUE(edited) << edited.error().text();
  EXPECT_EQ(edited->mode, Mode::kEnforce);
  EXPECT_EQ(edited->added, (std::vector<uint32_t>{1, 2}));
  EXPECT_EQ(edited->rules.size(), 2u);
  EXPECT_EQ(edit_text(kTwo, edit, kNow)->mode, Mode::kObserve);
}

TEST(Edit, RemovesByNumberAndByAddress) {
  Edit edit;
  edit.remove = {2};
  edit.remove_remote = {*Prefix::parse("192.0.2.1")};
  const auto edited = edit_text(kTwo, edit, kNow);
  ASSERT_TRUE(edited) << edited.error().text();
  EXPECT_EQ(edited->text, "version 1 next 3\nmode observe\n");
  EXPECT_EQ(edited->removed, (std::vector<uint32_t>{2, 1}));
}

TEST(Edit, AnAddressInsideARuleIsNotTheRule) {
  Edit edit;
  edit.remove_remote = {*Prefix::parse("10.0.0.1")};
  const auto edited = edit_text("version 1\nrule 4 block remote 10.0.0.0/8\n", edit, kNow);
  ASSERT_FALSE(edited);
  EXPECT_EQ(edited.error().message, "no rule blocks 10.0.0.1/32 by itself");
  EXPECT_EQ(edited.error().next, "it is in what these rules block: 4 (10.0.0.0/8)");
}

TEST(Edit, AllThatBlocksGoesAndExceptionsStay) {
  Edit edit;
  edit.remove_all = true;
  const auto edited = edit_text(kTwo, edit, kNow);
  ASSERT_TRUE(edited);
  EXPECT_EQ(edited->removed, std::vector<uint32_t>{1});
}

TEST(Edit, WhatHasEndedIsRemovedAndWhatIsConfirmedStays) {
  const WallTime later{1'800'000'000'000'000'000};  // 2027
  Edit edit;
  const auto ended = edit_text(kTwo, edit, later);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->rules.size(), 1u);
  EXPECT_EQ(ended->note, "rule 2 had ended and is removed\n");
  edit.confirm = {2};
  EXPECT_EQ(edit_text(kTwo, edit, kNow)->rules[1].ends_wall_ns, 0);
  edit.confirm = {9};
  EXPECT_FALSE(edit_text(kTwo, edit, kNow));
}

TEST(Edit, AListGoesWithItsLastRule) {
  Edit edit;
  edit.lists = {{"feed", "/feed"}};
  Rule rule;
  rule.list = "feed";
  edit.add = {rule};
  const auto edited = edit_text("", edit, kNow);
  ASSERT_TRUE(edited) << edited.error().text();
  ASSERT_EQ(edited->lists.size(), 1u);
  EXPECT_STREQ(edited->lists[0].path, "/feed");
  Edit remove;
  remove.remove = {1};
  EXPECT_TRUE(edit_text(edited->text, remove, kNow)->lists.empty());
  edit.lists[0].path = "/other";
  EXPECT_FALSE(edit_text(edited->text, edit, kNow));
}

class RuleFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "picket-rules-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    path_ = folder_ + "/a/firewall.rules";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  static std::string read(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::string folder_, path_;
};

TEST_F(RuleFileTest, KeepsTheOneBeforeAndGoesBackToIt) {
  {
    auto file = RuleFile::hold(path_);
    ASSERT_TRUE(file) << file.error().text();
    EXPECT_FALSE(file->there());
    ASSERT_TRUE(file->replace("one\n"));
  }
  auto file = RuleFile::hold(path_);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->text(), "one\n");
  ASSERT_TRUE(file->replace("two\n"));
  EXPECT_EQ(read(path_), "two\n");
  EXPECT_EQ(read(path_ + ".bak"), "one\n");
  ASSERT_TRUE(file->restore());
  EXPECT_EQ(read(path_), "one\n");
}

TEST_F(RuleFileTest, WhatIsNewGoesAwayAgain) {
  auto file = RuleFile::hold(path_);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->replace("one\n"));
  ASSERT_TRUE(file->restore());
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST(RuleWorker, HandsOverWhatItReadAndWhatItCouldNot) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give up rights";
  const auto account = warden::find_account("");
  ASSERT_TRUE(account);
  Edit edit;
  edit.add = {block("192.0.2.9")};
  const auto edited = edit_rules(*account, kTwo, edit, kNow);
  ASSERT_TRUE(edited) << edited.error().text();
  EXPECT_EQ(edited->rules.size(), 3u);
  EXPECT_EQ(edited->added, std::vector<uint32_t>{3});
  EXPECT_EQ(edited->text, edit_text(kTwo, edit, kNow)->text);
  const auto failed = edit_rules(*account, "version 3\n", edit, kNow);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "1:9: version \"3\" is not known here");
  EXPECT_EQ(failed.error().next, "this picket reads version 1");
}

}  // namespace
}  // namespace picket::app::firewall
