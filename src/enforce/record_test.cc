// SPDX-License-Identifier: Apache-2.0
#include "enforce/record.h"

#include <gtest/gtest.h>

#include <cstring>

#include "respond/firewall/rule_text.h"

namespace picket::enforce {
namespace {

using namespace respond::firewall;

RuleRecord good_record() {
  const auto rules = parse_rules(
      "version 1\nlist feed /f\nrule 7 reject priority 3 direction out protocol tcp remote "
      "10.0.0.0/8 port 443 program /usr/bin/curl user 0 unit a.service log until "
      "2026-12-01T00:00:00Z\n");
  EXPECT_TRUE(rules) << rules.error().text();
  return record_of(rules->rules[0], *rules);
}

TEST(RuleRecord, SaysTheRule) {
  const auto rule = rule_of(good_record(), 0);
  ASSERT_TRUE(rule) << rule.error().text();
  EXPECT_EQ(write_rule(*rule),
            "rule 7 reject priority 3 direction out protocol tcp remote 10.0.0.0/8 port 443 "
            "program /usr/bin/curl user 0 unit a.service log until 2026-12-01T00:00:00.000000Z");
}

TEST(RuleRecord, WhatNoParserMakesIsRefused) {
  const auto refuses = [](auto spoil) {
    RuleRecord record = good_record();
    spoil(record);
    return !rule_of(record, 0).has_value();
  };
  EXPECT_TRUE(refuses([](RuleRecord& r) { r.id = 0; }));
  EXPECT_TRUE(refuses([](RuleRecord& r) { r.action = 5; }));
  EXPECT_TRUE(refuses([](RuleRecord& r) { r.direction = 3; }));
  EXPECT_TRUE(refuses([](RuleRecord& r) { r.first_port = 444; }));
  EXPECT_TRUE(refuses([](RuleRecord& r) { r.prefix_length = 33; }));
  EXPECT_TRUE(refuses([](RuleRecord& r) { r.prefix_v6 = 1; }));
  EXPECT_TRUE(refuses([](RuleRecord& r) { r.list = 1; }));
  EXPECT_TRUE(refuses([](RuleRecord& r) { std::memset(r.program, 'a', sizeof r.program); }));
  EXPECT_TRUE(refuses([](RuleRecord& r) { r.unit[sizeof r.unit - 2] = 'x'; }));
  EXPECT_TRUE(refuses([](RuleRecord& r) { r.ends_wall_ns = -1; }));
  EXPECT_FALSE(refuses([](RuleRecord&) {}));
}

TEST(PrefixRecord, IsCheckedWhole) {
  const auto prefix = Prefix::parse("2001:db8::/32");
  PrefixRecord record = record_of(*prefix, 2);
  EXPECT_EQ(prefix_of(record, 3), *prefix);
  EXPECT_FALSE(prefix_of(record, 2));
  record.length = 129;
  EXPECT_FALSE(prefix_of(record, 3));
}

}  // namespace
}  // namespace picket::enforce
