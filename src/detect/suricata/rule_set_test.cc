// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/rule_set.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "detect/suricata/small_file.h"

namespace picket::detect::suricata {
namespace {

LoadReport load(RuleSet& set, std::string_view text) {
  return load_rule_text(set, text, "test.rules", inspect::Settings());
}

TEST(SuricataRuleSet, LoadsTheWholePublicSetButWhatSuricataRefuses) {
  const char* shared = std::getenv("PICKET_SHARED");
  if (shared == nullptr) GTEST_SKIP() << "PICKET_SHARED names no corpus";
  auto content =
      read_small_file(std::string(shared) + "/corpus/rules/et-open-2023-05-15.enabled.rules");
  if (!content) GTEST_SKIP() << content.error().text();
  RuleSet set;
  LoadReport report = load(set, *content);
  std::map<std::string, size_t> why;
  for (const RuleError& error : report.errors) ++why[error.message];
  std::string reasons;
  for (auto& [message, count] : why) reasons += std::to_string(count) + " " + message + "\n";
  EXPECT_EQ(report.rules, 31996u);
  EXPECT_GE(report.loaded, 31993u) << reasons;
}

TEST(SuricataRuleSet, ErrorsNameFileLineAndColumn) {
  RuleSet set;
  LoadReport report =
      load(set,
           "alert tcp any any -> any any (msg:\"a\"; sid:1;)\n\n"
           "alert tcp any any -> any any (msg:\"b\"; \\\n   contend:\"x\"; sid:2;)\n"
           "alert tcp any any -> any 70000 (sid:3;)\n");
  ASSERT_EQ(report.errors.size(), 2u);
  EXPECT_EQ(report.errors[0].text(), "test.rules:4:4: contend: unknown keyword \"contend\"");
  EXPECT_EQ(report.errors[0].sid, 2u);
  EXPECT_EQ(report.errors[1].text(), "test.rules:5:26: \"70000\" is no port or range of ports");
  EXPECT_EQ(report.loaded, 1u);
}

TEST(SuricataRuleSet, PassComesBeforeAlertAndSettersBeforeReaders) {
  RuleSet set;
  load(set,
       "alert tcp any any -> any any (flow:established; flowbits:isset,a; sid:1;)\n"
       "alert tcp any any -> any any (flow:established; flowbits:set,a; sid:2;)\n"
       "pass tcp any any -> any any (content:\"x\"; sid:3;)\n");
  ASSERT_EQ(set.rules.size(), 3u);
  EXPECT_EQ(set.rules[0].facts.sid, 3u);
  EXPECT_EQ(set.rules[1].facts.sid, 2u);
  EXPECT_EQ(set.rules[2].facts.sid, 1u);
}

TEST(SuricataRuleSet, ANewerRevisionReplacesTheOlder) {
  RuleSet set;
  LoadReport report = load(set,
                           "alert tcp any any -> any any (msg:\"old\"; sid:1; rev:1;)\n"
                           "alert tcp any any -> any any (msg:\"new\"; sid:1; rev:2;)\n"
                           "alert tcp any any -> any any (msg:\"older\"; sid:1; rev:1;)\n");
  ASSERT_EQ(set.rules.size(), 1u);
  EXPECT_EQ(set.rules[0].facts.message, "new");
  EXPECT_EQ(report.duplicates, 2u);
}

TEST(SuricataRuleSet, CountsDisabledRulesAndSkipsWhatAsksForMore) {
  RuleSet set;
  LoadReport report = load(set,
                           "# a comment\n#alert tcp any any -> any any (msg:\"off\"; sid:7;)\n"
                           "alert tcp any any -> any any (requires: version >= 99; sid:8;)\n");
  EXPECT_EQ(report.disabled, 1u);
  EXPECT_EQ(report.skipped, 1u);
  EXPECT_TRUE(report.errors.empty());
}

}  // namespace
}  // namespace picket::detect::suricata
