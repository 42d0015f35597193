// SPDX-License-Identifier: Apache-2.0
#include "enforce/tables.h"

#include <gtest/gtest.h>

#include "enforce/random_rules.h"

namespace picket::enforce {
namespace {

using respond::firewall::Conversation;
using respond::firewall::Rule;
using respond::firewall::RuleSet;
using respond::firewall::Verdict;

// Puts the lists that hold the address into the conversation, as read plainly.
void put_lists(Conversation& one, const std::vector<PrefixRecord>& prefixes) {
  for (const char* list : {"0", "1"})
    for (const PrefixRecord& record : prefixes)
      if (std::to_string(record.list) == list &&
          Prefix{IpAddress::v6_bytes(record.address), record.length}.contains(one.remote)) {
        one.lists.push_back(list);
        break;
      }
}

TEST(Tables, RandomRulesMeanWhatTheyPlainlyMean) {
  for (uint32_t seed = 0; seed < 60; ++seed) {
    RandomRules random(seed);
    const RuleSet rules = random.rules(seed % 40 + 1);
    const std::vector<PrefixRecord> prefixes = random.lists();
    const auto merged = merge_lists(prefixes);
    Names names;
    const auto tables = compile({rules.rules, true, *masks_of(merged), 0}, names);
    ASSERT_TRUE(tables) << tables.error().text();
    for (int i = 0; i < 100; ++i) {
      Conversation one = random.conversation();
      put_lists(one, prefixes);
      Known known = known_of(one, names);
      EXPECT_EQ(known.list_mask, list_mask_of(merged, one.remote));
      const Verdict wanted = decide(rules, one, WallTime{kTestNow});
      const Looked got = look_up(*tables, question_of(one), known, kTestNow);
      EXPECT_EQ(got.answer.rule, wanted.decides ? wanted.decides->id : 0) << seed << " " << i;
      EXPECT_EQ(got.answer.logged, wanted.logged ? wanted.logged->id : 0) << seed << " " << i;
    }
  }
}

Rule address_rule(uint32_t i) {
  Rule rule;
  rule.id = i + 1;
  rule.remote = Prefix{IpAddress::v4(0x0b000000 + i), 32};
  return rule;
}

TEST(Tables, AFullSetIsFoundInFewSteps) {
  std::vector<Rule> rules;
  for (uint32_t i = 0; i < PF_RULES_MAX; ++i) rules.push_back(address_rule(i));
  Names names;
  const auto tables = compile({rules, true, {}, 0}, names);
  ASSERT_TRUE(tables) << tables.error().text();
  Conversation one;
  one.remote = rules.back().remote->address;
  const Looked last = look_up(*tables, question_of(one), {}, 0);
  EXPECT_EQ(last.answer.rule, PF_RULES_MAX);
  EXPECT_LE(last.steps, 2u);
  one.remote = IpAddress::v4(0x0c000000);
  EXPECT_EQ(look_up(*tables, question_of(one), {}, 0).steps, 0u);
  rules.push_back(address_rule(PF_RULES_MAX));
  EXPECT_FALSE(compile({rules, true, {}, 0}, names));
}

TEST(Tables, ClassesAreBounded) {
  std::vector<Rule> rules;  // each cuts the ports and the addresses anew
  for (uint32_t i = 0; i < PF_RULES_MAX; ++i) {
    rules.push_back(address_rule(i));
    rules.back().port = {static_cast<uint16_t>(i), static_cast<uint16_t>(i + 20000)};
    rules.back().user = i % (PF_RULES_MAX / 2);
    rules.back().unit = std::to_string(i / 2);
    rules.back().program = "/" + std::to_string((i + 1) / 2);
  }
  Names names;
  const auto tables = compile({rules, true, {}, 0}, names);
  ASSERT_FALSE(tables);
  EXPECT_NE(tables.error().message.find("65536 ways"), std::string::npos);
}

TEST(Lists, OverlapInBoundedWays) {
  std::vector<PrefixRecord> prefixes;
  for (uint32_t i = 1; i <= 300; ++i)  // each address in its own set of nine lists
    for (uint32_t bit = 0; bit < 9; ++bit)
      if (i >> bit & 1)
        prefixes.push_back(record_of(Prefix{IpAddress::v4(0x0b000000 + i), 32}, bit));
  const auto merged = merge_lists(prefixes);
  EXPECT_EQ(merged.size(), 300u);
  EXPECT_FALSE(masks_of(merged));
}

TEST(PathKey, IsThePathFromTheLeafUp) {
  EXPECT_EQ(path_text(path_key("/usr/bin/curl")), "/usr/bin/curl");
  EXPECT_STREQ(path_key("/usr/bin/curl").text, "curl");
  const std::string longest = "/" + std::string(127, 'a') + "/" + std::string(125, 'b');
  EXPECT_EQ(path_text(path_key(longest)), longest);
}

}  // namespace
}  // namespace picket::enforce
