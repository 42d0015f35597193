// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/rule_set.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "detect/sigma/rules_for_tests.h"

namespace picket::detect::sigma {
namespace {

TEST(RuleSet, KeywordsListsAndListsOfMaps) {
  EXPECT_TRUE(detects("  k: [evil, 'b*d']\n  condition: k\n", {{"X", "a bad one"}}));
  EXPECT_TRUE(detects("  k: [evil]\n  condition: k\n", {{"X", "an EVIL text"}}));
  EXPECT_FALSE(detects("  k: [evil]\n  condition: k\n", {{"evil", "good"}}));
  EXPECT_TRUE(detects("  k:\n    '|all': [a, b]\n  condition: k\n", {{"X", "xax"}, {"Y", "b"}}));
  EXPECT_FALSE(detects("  k:\n    '|all': [a, b]\n  condition: k\n", {{"X", "xax"}, {"Y", "c"}}));
  EXPECT_TRUE(detects("  k:\n    '|re': '^a+$'\n  condition: k\n", {{"X", "b"}, {"Y", "aa"}}));
  EXPECT_TRUE(detects("  k:\n    - A: 1\n      B: 2\n    - C: 3\n  condition: k\n", {{"C", "3"}}));
  EXPECT_FALSE(detects("  k:\n    - A: 1\n      B: 2\n    - C: 3\n  condition: k\n", {{"A", "1"}}));
}

TEST(RuleSet, RepeatedFieldsAreAList) {
  EXPECT_TRUE(detects("  s:\n    F: b\n  condition: s\n", {{"F", "a"}, {"F", "b"}}));
}

TEST(RuleSet, ErrorsNameFileAndLine) {
  RuleSet set = rules_from(
      "title: one\nlogsource: {}\ndetection:\n  s:\n    F|nope: x\n  condition: s\n"
      "---\ntitle: two\nlogsource: {}\ndetection:\n  s:\n    F: x\n  condition: s\n"
      "---\ntitle: [unclosed\n");
  EXPECT_EQ(set.rules.size(), 1u);
  ASSERT_EQ(set.report.errors.size(), 2u);
  EXPECT_EQ(set.report.errors[0].title, "one");
  EXPECT_NE(set.report.errors[0].message.find("line 5"), std::string::npos)
      << set.report.errors[0].message;
  EXPECT_GE(set.report.errors[1].place.line, 13u);
  EXPECT_NE(set.report.text().find("1 of 3"), std::string::npos);
}

TEST(RuleSet, WhatIsMissingIsNamed) {
  EXPECT_NE(rules_from("title: t\ndetection: {s: {F: x}, condition: s}\n")
                .report.text()
                .find("logsource"),
            std::string::npos);
  EXPECT_NE(rules_from("title: t\nlogsource: {}\ndetection: {s: {F: x}}\n")
                .report.text()
                .find("condition"),
            std::string::npos);
  EXPECT_NE(rules_from("logsource: {}\ndetection: {s: {F: x}, condition: s}\n")
                .report.text()
                .find("title"),
            std::string::npos);
  EXPECT_NE(rules_from("title: t\n").report.text().find("not a Sigma document"), std::string::npos);
  EXPECT_NE(
      rules_from("title: t\nlevel: dire\nlogsource: {}\ndetection: {s: {F: x}, condition: s}\n")
          .report.text()
          .find("dire"),
      std::string::npos);
  EXPECT_NE(rules_from("- a\n- b\n").report.text().find("no map"), std::string::npos);
}

TEST(RuleSet, YamlIsBounded) {
  std::string deep(2 * kYamlDepthMax, '[');
  EXPECT_NE(rules_from(deep).report.text().find("deep"), std::string::npos);
  std::string laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 9; ++i) {
    std::string last = "*a" + std::to_string(i - 1);
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int j = 0; j < 9; ++j) laughs += "," + last;
    laughs += "]\n";
  }
  EXPECT_NE(rules_from(laughs).report.text().find("values"), std::string::npos);
  EXPECT_NE(rules_from(std::string(kYamlBytesMax + 1, ' ')).report.text().find("bytes"),
            std::string::npos);
  EXPECT_NE(rules_from("a: 1\na: 2\n").report.text().find("twice"), std::string::npos);
}

TEST(RuleSet, AnchorsAndMergeKeys) {
  EXPECT_TRUE(detects("  base: &b\n    A: 1\n  s:\n    <<: *b\n    C: 3\n  condition: s\n",
                      {{"A", "1"}, {"C", "3"}}));
  EXPECT_FALSE(
      detects("  base: &b\n    A: 1\n  s:\n    <<: *b\n    C: 3\n  condition: s\n", {{"C", "3"}}));
}

constexpr const char* kTwoRules =
    "title: one\nid: 11111111-0000-0000-0000-000000000001\nlogsource: {product: windows, category: "
    "process_creation}\n"
    "detection: {s: {F: x}, condition: s}\n"
    "---\ntitle: two\nname: two\nlogsource: {product: linux}\ndetection: {s: {F: x}, condition: "
    "s}\n";

TEST(RuleSet, IdsAreUnique) {
  RuleSet set = rules_from(std::string(kTwoRules) + "---\n" + kTwoRules);
  EXPECT_EQ(set.rules.size(), 3u);  // the second has no id, so it may stand twice
  EXPECT_NE(set.report.text().find("is taken by test.yml:1"), std::string::npos)
      << set.report.text();
}

TEST(RuleSet, FiltersJoinTheRulesTheyName) {
  BothWays both(std::string(kTwoRules) +
                "---\ntitle: ours\nlogsource: {product: windows}\nfilter:\n  rules: "
                "[11111111-0000-0000-0000-000000000001]\n"
                "  selection: {User|startswith: adm_}\n  condition: not selection\n");
  event::LogRecord record;
  record.origin.product = "windows";
  record.origin.category = "process_creation";
  record.add("F", "x");
  EXPECT_TRUE(both.matches(record));
  record.add("User", "adm_joe");
  EXPECT_FALSE(both.matches(record));
  EXPECT_EQ(both.program().set().report.filters, 1u);
}

TEST(RuleSet, AFilterForAnyRuleKeepsToItsLogSource) {
  RuleSet set = rules_from(std::string(kTwoRules) +
                           "---\ntitle: f\nlogsource: {product: linux}\nfilter:\n  rules: any\n  "
                           "s: {G: y}\n  condition: s\n");
  EXPECT_EQ(set.rules[0].predicates.size(), 1u);
  EXPECT_EQ(set.rules[1].predicates.size(), 2u);
  RuleSet none = rules_from(std::string(kTwoRules) +
                            "---\ntitle: f\nlogsource: {product: macos}\nfilter:\n  rules: any\n  "
                            "s: {G: y}\n  condition: s\n");
  EXPECT_NE(none.report.text().find("names no rule"), std::string::npos);
}

TEST(RuleSet, FoldersAreReadInOrderAndBrokenFilesAreNamed) {
  namespace fs = std::filesystem;
  fs::path folder = fs::temp_directory_path() / ("picket-sigma-" + std::to_string(::getpid()));
  fs::create_directories(folder / "sub");
  std::ofstream(folder / "sub/b.yml")
      << "title: b\nlogsource: {}\ndetection: {s: {F: x}, condition: s}\n";
  std::ofstream(folder / "a.yaml")
      << "title: a\nlogsource: {}\ndetection: {s: {F: x}, condition: s}\n";
  std::ofstream(folder / "c.yml") << "title: \x1b[31m{\n";
  std::ofstream(folder / "readme.txt") << "no rule";
  RuleSet::Loader loader;
  ASSERT_TRUE(loader.add_path(folder.string()));
  EXPECT_FALSE(loader.add_path((folder / "nowhere").string()));
  RuleSet set = loader.finish();
  fs::remove_all(folder);
  ASSERT_EQ(set.rules.size(), 2u);
  EXPECT_EQ(set.rules[0].about.title, "a");
  EXPECT_EQ(set.report.files, 3u);
  EXPECT_NE(set.report.text().find("c.yml:"), std::string::npos);
  EXPECT_EQ(set.report.text().find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace picket::detect::sigma
