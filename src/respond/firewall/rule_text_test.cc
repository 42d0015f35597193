// SPDX-License-Identifier: Apache-2.0
#include "respond/firewall/rule_text.h"

#include <gtest/gtest.h>

namespace picket::respond::firewall {
namespace {

constexpr const char* kFile =
    "# the office\n"
    "version 1 next 9\n"
    "mode enforce\n"
    "list feed \"/var/lib/feeds/a b.txt\"\n"
    "# reached whatever the feed says\n"
    "rule 3 allow priority 500 remote 198.51.100.7 log\n"
    "rule 5 block priority 1000 list feed reason \"bad \\\"hosts\\\" \\x1b\"\n"
    "rule 7 reject priority 1000 direction out protocol tcp remote fd00::/8 port 443-445 program "
    "/usr/bin/curl user 1000 unit a.service loopback until 2026-12-01T00:00:00.000000Z confirm-by "
    "2026-11-01T00:00:00.000000Z author root made 2026-10-01T00:00:00.000000Z\n"
    "rule 8 log priority 1000 sha256 "
    "00000000000000000000000000000000000000000000000000000000000000ff\n"
    "# the end\n";

std::string error_of(const std::string& text) {
  const auto rules = parse_rules(text);
  return rules ? "" : rules.error().message;
}
std::string error_of_rule(const std::string& operands) {
  return error_of("version 1\nrule 1 block " + operands + "\n");
}

TEST(RuleText, WhatIsReadAndWrittenAgainIsTheSame) {
  const auto rules = parse_rules(kFile);
  ASSERT_TRUE(rules) << rules.error().text();
  EXPECT_EQ(write_rules(*rules), kFile);
  ASSERT_EQ(rules->rules.size(), 4u);
  const Rule& rule = rules->rules[2];
  EXPECT_EQ(rule.id, 7u);
  EXPECT_EQ(rule.port, (PortRange{443, 445}));
  EXPECT_EQ(rule.direction, Direction::kOut);
  EXPECT_EQ(rule.user, 1000u);
  EXPECT_EQ(rule.ends(), rule.confirm_by);
  EXPECT_EQ(rules->rules[1].reason, "bad \"hosts\" \x1b");
  EXPECT_EQ(rules->next_id, 9u);
}

TEST(RuleText, RulesStandInTheOrderTheyAreTried) {
  const auto rules = parse_rules(
      "version 1\nrule 9 block priority 10 port 1\nrule 2 block priority 20 port 2\n"
      "rule 1 block priority 20 port 3\n");
  ASSERT_TRUE(rules) << rules.error().text();
  EXPECT_EQ(rules->rules[0].id, 9u);
  EXPECT_EQ(rules->rules[1].id, 1u);
  EXPECT_EQ(rules->rules[2].id, 2u);
}

TEST(RuleText, ErrorsSayLineAndColumn) {
  EXPECT_EQ(error_of("mode enforce\n"), "1:1: the first statement is not the version");
  EXPECT_EQ(error_of("version 2\n"), "1:9: version \"2\" is not known here");
  EXPECT_EQ(error_of("version 1\n\nmode maybe\n"), "3:6: \"maybe\" is no mode");
  EXPECT_EQ(error_of_rule("remote 10.0.0.0/33"), "2:21: \"10.0.0.0/33\" is no address or prefix");
  EXPECT_EQ(error_of_rule("port 9-1"), "2:19: \"9-1\" is no port or range");
  EXPECT_EQ(error_of_rule("port 1 port 2"), "2:21: \"port\" is there twice");
  EXPECT_EQ(error_of_rule("reason \"x"), "2:21: the quotes are not closed");
  EXPECT_EQ(error_of_rule("reason \"x\\q\""), "2:23: after \\ there is \\, \" or xNN");
  EXPECT_EQ(error_of("version 1\nrule 1 block port 1\nrule 1 block port 2\n"),
            "3:6: there is a rule 1 already");
  EXPECT_EQ(error_of(""), "1:1: there is no version");
}

TEST(RuleText, WhatIsNotEnforcedIsRefusedWithWhatToDo) {
  const auto rules = parse_rules("version 1\nrule 1 block country KP\n");
  ASSERT_FALSE(rules);
  EXPECT_EQ(rules.error().message, "2:14: rules by country are not enforced");
  EXPECT_NE(rules.error().next.find("list"), std::string::npos);
}

TEST(RuleText, ARuleMustSayWhomItIsAbout) {
  EXPECT_NE(error_of_rule("reason x").find("apply to everything"), std::string::npos);
  EXPECT_NE(error_of_rule("program curl").find("no absolute path"), std::string::npos);
  EXPECT_NE(error_of_rule("protocol icmp port 3").find("has no ports"), std::string::npos);
  EXPECT_NE(error_of_rule("list x").find("no list x"), std::string::npos);
  EXPECT_NE(error_of_rule("unit a/b").find("no name of a cgroup"), std::string::npos);
}

TEST(RuleText, BoundsAreKept) {
  EXPECT_NE(error_of_rule("program /" + std::string(kProgramBytesMax, 'a')).find("more than 254"),
            std::string::npos);
  EXPECT_NE(error_of_rule("reason " + std::string(kRuleLineMax, 'a')).find("a line of more than"),
            std::string::npos);
  EXPECT_NE(error_of(std::string(kRuleFileMax + 1, '\n')).find("bytes"), std::string::npos);
  std::string many = "version 1\n";
  for (size_t i = 1; i <= kRulesMax + 1; ++i)
    many += "rule " + std::to_string(i) + " block port 1\n";
  EXPECT_NE(error_of(many).find("more than 16384 rules"), std::string::npos);
  std::string lists = "version 1\n";
  for (size_t i = 0; i <= kListsMax; ++i) lists += "list l" + std::to_string(i) + " /l\n";
  EXPECT_NE(error_of(lists).find("more than 32 lists"), std::string::npos);
}

TEST(RuleSet, IdsAreNotUsedAgain) {
  RuleSet rules;
  Rule rule;
  rule.port = {1, 1};
  EXPECT_EQ(rules.add(rule).id, 1u);
  rules.rules.clear();
  EXPECT_EQ(rules.add(rule).id, 2u);
  const auto again = parse_rules("version 1 next 7\n");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->next_id, 7u);
}

}  // namespace
}  // namespace picket::respond::firewall
