// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/counter.h"
#include "flow/flow_fixture.h"
#include "flow/flow_table.h"
#include "flow/name_table.h"

namespace picket::flow {
namespace {

using namespace fixture;

event::NameSeen answer(std::string name, uint64_t ms, uint32_t asker = 100,
                       std::string_view address = "203.0.113.9", uint32_t ttl_s = 60) {
  event::NameSeen seen;
  seen.at = at_ms(ms);
  seen.asker = {asker, 1'000'000'000};
  seen.network_namespace = 1;
  seen.name = std::move(name);
  seen.addresses = {*IpAddress::parse(address)};
  seen.ttl_s = ttl_s;
  return seen;
}

class FlowNamesTest : public testing::Test {
 protected:
  const Flow& only() {
    const Flow* found = nullptr;
    table.visit([&](const Flow& flow) { found = &flow; });
    return *found;
  }
  std::string name() { return std::string(table.texts().text(only().name.text)); }
  FakeClock clock;
  FlowTable table{Surroundings{}};
};

TEST_F(FlowNamesTest, AnAnswerBeforeTheFlowNamesIt) {
  table.apply(answer("update.example", 900));
  table.apply(tcp_opened(1, 1000));
  const auto facts = table.facts(only(), clock);
  EXPECT_EQ(facts.remote_name, "update.example");
  EXPECT_EQ(facts.name_source, event::NameSource::kDns);
  EXPECT_EQ(facts.name_ttl_s, 60u);
  EXPECT_EQ(facts.opened.ns - facts.name_learnt->ns, static_cast<int64_t>(100 * kNsPerMs));
}

TEST_F(FlowNamesTest, TheSameProcessIsPreferredToANewerAnswer) {
  table.apply(answer("mine.example", 800, 100));
  table.apply(answer("theirs.example", 900, 200));
  table.apply(tcp_opened(1, 1000));
  EXPECT_EQ(name(), "mine.example");
}

TEST_F(FlowNamesTest, ElseTheNewestOfTheNamespace) {
  table.apply(answer("older.example", 800, 200));
  table.apply(answer("newer.example", 900, 300));
  table.apply(tcp_opened(1, 1000));
  EXPECT_EQ(name(), "newer.example");
}

TEST_F(FlowNamesTest, AnAnswerSeenAgainIsTheNewest) {
  table.apply(answer("a.example", 700, 200));
  table.apply(answer("b.example", 800, 200));
  table.apply(answer("a.example", 900, 200));
  table.apply(tcp_opened(1, 1000));
  EXPECT_EQ(name(), "a.example");
}

TEST_F(FlowNamesTest, AnotherNamespaceDoesNotName) {
  auto seen = answer("inside.example", 900);
  seen.network_namespace = 2;
  table.apply(seen);
  table.apply(tcp_opened(1, 1000));
  EXPECT_EQ(name(), "");
}

TEST_F(FlowNamesTest, AnAnswerIsOverAfterItsTtlAndTheGrace) {
  table.apply(answer("old.example", 1000));
  table.apply(tcp_opened(1, 1000 + 660'000));
  EXPECT_EQ(name(), "old.example");
  FlowTable later{Surroundings{}};
  later.apply(answer("old.example", 1000));
  later.apply(tcp_opened(1, 1000 + 660'001));
  later.visit([&](const Flow& flow) { EXPECT_EQ(flow.name.text, kNoText); });
}

TEST_F(FlowNamesTest, AnAnswerHandledJustAfterNamesTheOpenFlow) {
  table.apply(tcp_opened(1, 1000));
  table.apply(answer("late.example", 2900));
  table.tick(at_ms(2950), nullptr);
  EXPECT_EQ(name(), "late.example");
}

TEST_F(FlowNamesTest, AnAnswerMuchLaterDoesNot) {
  table.apply(tcp_opened(1, 1000));
  table.apply(answer("unrelated.example", 3001));
  table.tick(at_ms(3050), nullptr);
  EXPECT_EQ(name(), "");
}

TEST_F(FlowNamesTest, SniOverrulesTheAnswerAndStays) {
  table.apply(answer("cdn.example", 900));
  table.apply(tcp_opened(1, 1000));
  event::NameSeen sni = answer("www.shop.example", 1050);
  sni.source = event::NameSource::kTlsSni;
  sni.cookie = 1;
  sni.addresses.clear();
  table.apply(sni);
  EXPECT_EQ(name(), "www.shop.example");
  table.apply(answer("other.example", 1100));
  table.tick(at_ms(1200), nullptr);
  EXPECT_EQ(name(), "www.shop.example");
  EXPECT_EQ(only().name.source, event::NameSource::kTlsSni);
}

TEST_F(FlowNamesTest, SniThatComesBeforeItsFlowWaits) {
  event::NameSeen sni = answer("early.example", 990);
  sni.source = event::NameSource::kTlsSni;
  sni.cookie = 1;
  sni.addresses.clear();
  table.apply(sni);
  table.apply(tcp_opened(1, 1000));
  EXPECT_EQ(name(), "early.example");
}

TEST_F(FlowNamesTest, SniOfAnInboundFlowIsNotThePeersName) {
  auto inbound = tcp_opened(1, 1000);
  inbound.role = event::Role::kServer;
  table.apply(inbound);
  event::NameSeen sni = answer("this-machine.example", 1050);
  sni.source = event::NameSource::kTlsSni;
  sni.cookie = 1;
  table.apply(sni);
  EXPECT_EQ(name(), "");
}

TEST_F(FlowNamesTest, EarlyNamesAreBounded) {
  const uint64_t before = Counter::value_of("flow.name_early_max");
  event::NameSeen sni = answer("x.example", 990);
  sni.source = event::NameSource::kTlsSni;
  sni.addresses.clear();
  for (uint64_t cookie = 1; cookie <= kEarlyNamesMax + 2; ++cookie) {
    sni.cookie = cookie;
    table.apply(sni);
  }
  EXPECT_EQ(Counter::value_of("flow.name_early_max") - before, 2u);
}

TEST(NameTable, IsBoundedAndForgetsWhatWasUsedLongestAgo) {
  TextPool texts;
  NameTable names(texts, 3);
  const uint64_t before = Counter::value_of("name.evicted");
  for (int i = 1; i <= 3; ++i)
    names.learn(answer("n" + std::to_string(i), 100, 1, "10.0.0." + std::to_string(i)));
  const event::ProcessKey nobody;
  EXPECT_TRUE(names.find(1, *IpAddress::parse("10.0.0.1"), nobody, at_ms(200)));
  names.learn(answer("n4", 100, 1, "10.0.0.4"));
  EXPECT_EQ(names.size(), 3u);
  EXPECT_EQ(Counter::value_of("name.evicted") - before, 1u);
  EXPECT_TRUE(names.find(1, *IpAddress::parse("10.0.0.1"), nobody, at_ms(200)));
  EXPECT_FALSE(names.find(1, *IpAddress::parse("10.0.0.2"), nobody, at_ms(200)));
  EXPECT_EQ(texts.size(), 3u);
}

TEST(NameTable, NamesOfOneAddressAreBounded) {
  TextPool texts;
  NameTable names(texts);
  const uint64_t before = Counter::value_of("name.per_address_max");
  for (size_t i = 0; i < kAnswersPerAddressMax + 5; ++i)
    names.learn(answer("n" + std::to_string(i), 100));
  EXPECT_EQ(names.size(), kAnswersPerAddressMax);
  EXPECT_EQ(Counter::value_of("name.per_address_max") - before, 5u);
}

TEST(NameTable, ATableOfOneAddressPutsUpWithEvictingItsOwnHead) {
  TextPool texts;
  NameTable names(texts, 1);
  names.learn(answer("first", 100));
  names.learn(answer("second", 101));
  const auto tag = names.find(1, *IpAddress::parse("203.0.113.9"), {}, at_ms(200));
  ASSERT_TRUE(tag);
  EXPECT_EQ(texts.text(tag->text), "second");
}

TEST(NameTable, RefusesWhatCannotBeAName) {
  TextPool texts;
  NameTable names(texts);
  const uint64_t before = Counter::value_of("name.refused");
  names.learn(answer("", 100));
  names.learn(answer(std::string(kNameLengthMax + 1, 'a'), 100));
  EXPECT_EQ(names.size(), 0u);
  EXPECT_EQ(Counter::value_of("name.refused") - before, 2u);
}

}  // namespace
}  // namespace picket::flow
