// SPDX-License-Identifier: Apache-2.0
// The bounds that take many flows to reach: each is counted and nothing breaks.
#include <gtest/gtest.h>

#include "base/counter.h"
#include "flow/flow_fixture.h"
#include "flow/flow_table.h"

namespace picket::flow {
namespace {

using namespace fixture;

event::SocketSeen to_host(uint64_t number) {
  auto seen = tcp_opened(number, 1000);
  seen.remote.address = IpAddress::v4(static_cast<uint32_t>(0x0b000000 + number));
  return seen;
}

event::NameSeen answer_for(uint64_t number) {
  event::NameSeen seen;
  seen.at = at_ms(1001);
  seen.network_namespace = 1;
  seen.name = "late.example";
  seen.addresses = {IpAddress::v4(static_cast<uint32_t>(0x0b000000 + number))};
  seen.ttl_s = 60;
  return seen;
}

TEST(FlowBounds, HostsWithAHistory) {
  const uint64_t before = Counter::value_of("flow.hosts_max");
  FlowTable table{Surroundings{}};
  for (uint64_t i = 1; i <= kHostGroupsMax + 3; ++i) {
    auto seen = to_host(i);
    seen.counters = bytes(100, 0);
    table.apply(seen);
  }
  table.tick(at_ms(1000), nullptr);
  table.tick(at_ms(2000), nullptr);
  EXPECT_EQ(Counter::value_of("flow.hosts_max") - before, 3u);
  EXPECT_EQ(table.hosts().size(), kHostGroupsMax);
  table.tick(at_ms(63'000), nullptr);
  EXPECT_EQ(table.hosts().size(), 0u) << "quiet hosts make room";
}

TEST(FlowBounds, NewFlowsWaitingForALateAnswer) {
  const uint64_t before = Counter::value_of("flow.recent_max");
  FlowTable table{Surroundings{}};
  for (uint64_t i = 1; i <= kRecentFlowsMax + 2; ++i) table.apply(to_host(i));
  EXPECT_EQ(Counter::value_of("flow.recent_max") - before, 2u);
  table.apply(answer_for(1));
  table.apply(answer_for(kRecentFlowsMax));
  table.tick(at_ms(1002), nullptr);
  size_t named = 0;
  table.visit([&](const Flow& flow) { named += flow.name.text != kNoText; });
  EXPECT_EQ(named, 1u) << "the oldest is no longer waited with";
}

TEST(FlowBounds, LateAnswersBetweenTwoTicks) {
  const uint64_t before = Counter::value_of("flow.late_answers_max");
  FlowTable table{Surroundings{}};
  table.apply(to_host(1));
  for (uint64_t i = 1; i <= kLateAnswersMax + 4; ++i) table.apply(answer_for(i));
  EXPECT_EQ(Counter::value_of("flow.late_answers_max") - before, 4u);
}

TEST(FlowBounds, ApplicationsWithAHistory) {
  const uint64_t before = Counter::value_of("flow.groups_max");
  FakeProcesses processes;
  FlowTable table{Surroundings{&processes, nullptr, nullptr}};
  for (uint32_t pid = 1; pid <= kGroupsMax + 1; ++pid) {
    processes.known[pid] = {"p", "/opt/p" + std::to_string(pid), "", "", ""};
    auto seen = to_host(pid);
    seen.owner.pid = pid;
    table.apply(seen);
  }
  EXPECT_EQ(Counter::value_of("flow.groups_max") - before, 1u);
  EXPECT_EQ(table.owners().applications().size(), kGroupsMax);
}

TEST(FlowBounds, AddressesOfOneAnswer) {
  const uint64_t before = Counter::value_of("name.refused");
  TextPool texts;
  NameTable names(texts);
  auto seen = answer_for(1);
  for (uint64_t i = 2; i <= kAddressesPerAnswerMax + 1; ++i)
    seen.addresses.push_back(IpAddress::v4(static_cast<uint32_t>(0x0b000000 + i)));
  names.learn(seen);
  EXPECT_EQ(names.size(), kAddressesPerAnswerMax);
  EXPECT_EQ(Counter::value_of("name.refused") - before, 1u);
}

}  // namespace
}  // namespace picket::flow
