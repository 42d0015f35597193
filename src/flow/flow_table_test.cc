// SPDX-License-Identifier: Apache-2.0
#include "flow/flow_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "base/counter.h"
#include "flow/flow_fixture.h"

namespace picket::flow {
namespace {

using namespace fixture;
using What = event::SocketSeen::What;

class FlowTableTest : public testing::Test {
 protected:
  FlowTableTest() { table.set_listener(&told); }

  std::vector<event::FlowFacts> shown() const {
    std::vector<event::FlowFacts> all;
    table.visit([&](const Flow& flow) { all.push_back(table.facts(flow, clock)); });
    return all;
  }

  FakeProcesses processes;
  FakeClock clock;
  FakeCounters counters;
  Told told;
  FlowTable table{Surroundings{&processes, nullptr, nullptr}};
};

TEST_F(FlowTableTest, OpensUpdatesAndCloses) {
  table.apply(tcp_opened(1, 1000));
  ASSERT_EQ(shown().size(), 1u);
  EXPECT_EQ(shown()[0].state, event::FlowState::kEstablished);
  auto closed = as(What::kClosed, tcp_opened(1, 1000), 2000);
  closed.counters = bytes(5000, 700);
  table.apply(closed);
  const auto facts = shown().at(0);
  EXPECT_EQ(facts.state, event::FlowState::kClosed);
  ASSERT_TRUE(facts.closed);
  EXPECT_EQ(facts.closed->ns - facts.opened.ns, static_cast<int64_t>(kNsPerSecond));
  EXPECT_EQ(facts.counters.bytes_in, 5000u);
  EXPECT_EQ(told.list.size(), 2u);
  EXPECT_EQ(told.count(event::FlowEvent::kClosed), 1u);
}

TEST_F(FlowTableTest, AClosedFlowStaysVisibleThenGoes) {
  table.apply(tcp_opened(1, 1000));
  table.apply(as(What::kClosed, tcp_opened(1, 1000), 2000));
  const std::string id = told.list.at(0).second;
  table.tick(at_ms(6999), nullptr);
  EXPECT_EQ(shown().size(), 1u);
  EXPECT_NE(table.find(id), nullptr);
  table.tick(at_ms(7000), nullptr);
  EXPECT_EQ(shown().size(), 0u);
  EXPECT_EQ(table.find(id), nullptr);
  EXPECT_EQ(table.size(), 0u);
  table.tick(at_ms(8000), nullptr);
  EXPECT_EQ(table.texts().size(), 0u) << "texts of the flow are given back";
}

TEST_F(FlowTableTest, FoundAfterOpenedMergesAndKeepsTheHooksOwner) {
  table.apply(tcp_opened(1, 1000));
  auto found = as(What::kFound, tcp_opened(1, 1000), 1100);
  found.attribution = event::Attribution::kFound;
  found.owner = {200, 5};
  table.apply(found);
  ASSERT_EQ(shown().size(), 1u);
  EXPECT_EQ(shown()[0].owner.pid, 100u);
  EXPECT_EQ(shown()[0].attribution, event::Attribution::kHook);
  EXPECT_FALSE(shown()[0].opened_before_start);
}

TEST_F(FlowTableTest, OpenedAfterFoundMergesAndTakesTheHooksOwner) {
  auto found = as(What::kFound, tcp_opened(1, 1000), 1100);
  found.attribution = event::Attribution::kFound;
  found.owner = {200, 5};
  table.apply(found);
  auto updated = as(What::kUpdated, tcp_opened(1, 1000), 1200);
  table.apply(updated);
  ASSERT_EQ(shown().size(), 1u);
  EXPECT_EQ(shown()[0].owner.pid, 100u);
  EXPECT_TRUE(shown()[0].opened_before_start);
  EXPECT_EQ(told.count(event::FlowEvent::kFound), 1u);
  EXPECT_EQ(told.count(event::FlowEvent::kOpened), 0u);
}

TEST_F(FlowTableTest, AcceptedSocketIsCorrectedToTheWorker) {
  auto accepted = tcp_opened(1, 1000);
  accepted.role = event::Role::kServer;
  accepted.attribution = event::Attribution::kInherited;
  table.apply(accepted);
  EXPECT_EQ(table.totals().certain, 0u);
  EXPECT_NE(shown()[0].owner_note.find("listener"), std::string::npos);
  auto worker = as(What::kUpdated, accepted, 1001);
  worker.attribution = event::Attribution::kHook;
  worker.owner = {101, 7};
  table.apply(worker);
  EXPECT_EQ(shown()[0].owner.pid, 101u);
  EXPECT_EQ(shown()[0].owner_note, "the process is not known: its record was lost or is late");
  EXPECT_EQ(table.totals().certain, 1u);
  EXPECT_EQ(table.totals().seen, 1u);
}

TEST_F(FlowTableTest, ClosedOfAnUnknownFlowIsAShortLife) {
  auto closed = as(What::kClosed, tcp_opened(1, 1000), 1003);
  closed.counters = bytes(300, 200);
  table.apply(closed);
  ASSERT_EQ(told.list.size(), 2u);
  EXPECT_EQ(told.list[0].first, event::FlowEvent::kOpened);
  EXPECT_EQ(told.list[1].first, event::FlowEvent::kClosed);
  EXPECT_EQ(shown().at(0).counters.bytes_in, 300u);
}

TEST_F(FlowTableTest, OpenedThatComesAfterItsClosedMerges) {
  auto closed = as(What::kClosed, tcp_opened(1, 1000), 1003);
  closed.attribution = event::Attribution::kInherited;
  table.apply(closed);
  table.apply(tcp_opened(1, 1000));
  ASSERT_EQ(shown().size(), 1u);
  EXPECT_EQ(shown()[0].state, event::FlowState::kClosed);
  EXPECT_EQ(shown()[0].attribution, event::Attribution::kHook)
      << "a late hook is surer than a guess";
  EXPECT_EQ(told.count(event::FlowEvent::kOpened), 1u);
}

TEST_F(FlowTableTest, FinalCountersAfterTheSocketIsGone) {
  table.apply(tcp_opened(1, 1000));
  table.apply(as(What::kSocketClosed, tcp_opened(1, 1000), 1500));
  auto closed = as(What::kClosed, tcp_opened(1, 1000), 1600);
  closed.counters = bytes(42, 43);
  table.apply(closed);
  ASSERT_EQ(shown().size(), 1u);
  EXPECT_EQ(shown()[0].counters.bytes_out, 43u);
  EXPECT_EQ(told.count(event::FlowEvent::kClosed), 1u);
  EXPECT_EQ(told.list.back().first, event::FlowEvent::kUpdated);
}

TEST_F(FlowTableTest, ASocketUsedAgainIsAnotherFlow) {
  table.apply(tcp_opened(1, 1000));
  table.apply(as(What::kClosed, tcp_opened(1, 1000), 1100));
  table.apply(tcp_opened(1, 1200));
  EXPECT_EQ(shown().size(), 2u);
  table.apply(as(What::kClosed, tcp_opened(1, 1200), 1300));
  EXPECT_EQ(told.count(event::FlowEvent::kOpened), 2u);
  EXPECT_EQ(told.count(event::FlowEvent::kClosed), 2u);
  EXPECT_NE(told.list[0].second, told.list[2].second);
}

TEST_F(FlowTableTest, AConnectedDatagramSocketThatTurnsToAnotherPeerIsAnotherFlow) {
  auto first = tcp_opened(1, 1000);
  first.transport = event::Transport::kUdp;
  table.apply(first);
  auto second = first;
  second.at = second.opened_at = at_ms(2000);
  second.remote = endpoint("198.51.100.1", 53);
  table.apply(second);
  EXPECT_EQ(shown().size(), 2u);
  EXPECT_EQ(table.totals().open, 1u);
}

TEST_F(FlowTableTest, EachPeerOfADatagramSocketIsAFlow) {
  auto bound = listener(1, 900);
  bound.transport = event::Transport::kUdp;
  table.apply(bound);
  table.apply(udp_peer(1, 1000, "198.51.100.1", 53));
  table.apply(udp_peer(1, 1001, "198.51.100.2", 53));
  table.apply(as(What::kUpdated, udp_peer(1, 1000, "198.51.100.1", 53), 1100));
  EXPECT_EQ(shown().size(), 3u);
  EXPECT_EQ(table.totals().listeners, 1u);
  EXPECT_EQ(table.totals().open, 2u);
  table.apply(as(What::kSocketClosed, bound, 1200));
  EXPECT_EQ(told.count(event::FlowEvent::kClosed), 3u);
  EXPECT_EQ(table.totals().open + table.totals().listeners, 0u);
}

TEST_F(FlowTableTest, AnIdlePeerEndsAndComesBack) {
  table.apply(udp_peer(1, 1000, "198.51.100.1", 53));
  table.tick(at_ms(60'999), nullptr);
  EXPECT_EQ(told.count(event::FlowEvent::kClosed), 0u);
  table.tick(at_ms(61'000), nullptr);
  EXPECT_EQ(told.count(event::FlowEvent::kClosed), 1u);
  table.tick(at_ms(66'000), nullptr);
  EXPECT_EQ(shown().size(), 0u);
  auto again = as(What::kUpdated, udp_peer(1, 1000, "198.51.100.1", 53), 70'000);
  again.counters = bytes(900, 900);
  table.apply(again);
  ASSERT_EQ(shown().size(), 1u);
  EXPECT_FALSE(shown()[0].closed);
  EXPECT_EQ(told.list.back(), (std::pair{event::FlowEvent::kOpened, told.list[0].second}));
}

TEST_F(FlowTableTest, TheEndOfAnIdlePeerIsNotAFlowOfItsOwn) {
  table.apply(udp_peer(1, 1000, "198.51.100.1", 53));
  table.tick(at_ms(61'000), nullptr);
  table.tick(at_ms(67'000), nullptr);
  table.apply(as(What::kClosed, udp_peer(1, 1000, "198.51.100.1", 53), 68'000));
  EXPECT_EQ(shown().size(), 0u);
  EXPECT_EQ(told.count(event::FlowEvent::kOpened), 1u);
  table.tick(at_ms(61'000 + 600'000), nullptr);
  EXPECT_EQ(table.size(), 0u) << "an idle peer is forgotten in the end";
}

TEST_F(FlowTableTest, AConversationAfterALongPauseIsANewOne) {
  table.apply(udp_peer(1, 1000, "198.51.100.1", 53));
  table.apply(udp_peer(1, 70'000, "198.51.100.1", 53));
  EXPECT_EQ(told.count(event::FlowEvent::kOpened), 2u);
  EXPECT_EQ(told.count(event::FlowEvent::kClosed), 1u);
  EXPECT_EQ(table.totals().open, 1u);
}

TEST_F(FlowTableTest, PeersOfOneSocketAreBounded) {
  FlowTable small{Surroundings{}, FlowLimits{.flows_max = 100, .peers_per_socket_max = 3}};
  const uint64_t before = Counter::value_of("flow.peers_max");
  for (uint16_t i = 0; i < 5; ++i) small.apply(udp_peer(1, 1000 + i, "198.51.100.1", 1000 + i));
  EXPECT_EQ(small.size(), 3u);
  EXPECT_EQ(Counter::value_of("flow.peers_max") - before, 2u);
  std::vector<uint16_t> ports;
  small.visit([&](const Flow& flow) { ports.push_back(flow.remote.port); });
  std::sort(ports.begin(), ports.end());
  EXPECT_EQ(ports, (std::vector<uint16_t>{1002, 1003, 1004}));
}

TEST_F(FlowTableTest, APeerThatTalkedLastIsNotTheOneToGo) {
  FlowTable small{Surroundings{}, FlowLimits{.flows_max = 100, .peers_per_socket_max = 3}};
  for (uint16_t i = 0; i < 3; ++i) small.apply(udp_peer(1, 1000 + i, "198.51.100.1", 1000 + i));
  small.apply(as(What::kUpdated, udp_peer(1, 1001, "198.51.100.1", 1001), 1500));
  small.apply(udp_peer(1, 2000, "198.51.100.1", 2000));
  small.apply(udp_peer(1, 2001, "198.51.100.1", 2001));
  bool kept = false;
  small.visit([&](const Flow& flow) { kept = kept || flow.remote.port == 1001; });
  EXPECT_TRUE(kept);
}

TEST_F(FlowTableTest, WhenFullTheClosedGoFirstThenTheLongestIdleAndListenersLast) {
  FlowTable small{Surroundings{}, FlowLimits{.flows_max = 4}};
  const uint64_t before = Counter::value_of("flow.evicted");
  const auto cookies = [&] {
    std::vector<uint64_t> all;
    small.visit([&](const Flow& flow) { all.push_back(flow.cookie); });
    std::sort(all.begin(), all.end());
    return all;
  };
  small.apply(listener(1, 1000));
  small.apply(tcp_opened(2, 1001));
  small.apply(tcp_opened(3, 1002));
  small.apply(tcp_opened(4, 1003));
  small.apply(as(What::kClosed, tcp_opened(4, 1003), 1004));
  small.apply(tcp_opened(5, 1005));
  EXPECT_EQ(cookies(), (std::vector<uint64_t>{1, 2, 3, 5}));
  small.apply(as(What::kUpdated, tcp_opened(2, 1001), 1006));
  small.apply(tcp_opened(6, 1007));
  EXPECT_EQ(cookies(), (std::vector<uint64_t>{1, 2, 5, 6}));
  EXPECT_EQ(Counter::value_of("flow.evicted") - before, 2u);
}

TEST_F(FlowTableTest, RecordsWithoutACookieAreCounted) {
  const uint64_t before = Counter::value_of("flow.without_cookie");
  table.apply(tcp_opened(0, 1000));
  EXPECT_EQ(shown().size(), 0u);
  EXPECT_EQ(Counter::value_of("flow.without_cookie") - before, 1u);
}

TEST_F(FlowTableTest, LiveCountersMakeRatesTotalsAndHistories) {
  processes.known[100] = {"curl", "/usr/bin/curl", "root", "", ""};
  auto opened = tcp_opened(1, 1000);
  opened.counter_slot = 7;
  table.apply(opened);
  table.tick(at_ms(1000), &counters);
  counters.slots[7] = {1, bytes(3000, 1000), event::FlowState::kCloseWait, at_ms(1900)};
  table.tick(at_ms(2000), &counters);
  const auto facts = shown().at(0);
  EXPECT_EQ(facts.counters.bytes_in, 3000u);
  EXPECT_EQ(facts.state, event::FlowState::kCloseWait);
  EXPECT_DOUBLE_EQ(facts.bytes_in_per_s, 3000);
  EXPECT_DOUBLE_EQ(facts.bytes_out_per_s, 1000);
  EXPECT_DOUBLE_EQ(table.totals().bytes_in_per_s, 3000);
  EXPECT_DOUBLE_EQ(table.totals().opened_per_s, 1);
  std::array<uint32_t, kHistoryWindows> history{};
  const Owner& owner = table.owners().at(table.owners().find({100, 1'000'000'000}));
  table.owners()
      .applications()
      .ring(owner.application_group)
      .add_to(table.window(), history.data());
  EXPECT_EQ(history.back(), 4000u);
  table.tick(at_ms(3000), &counters);
  history.fill(0);
  table.owners()
      .applications()
      .ring(owner.application_group)
      .add_to(table.window(), history.data());
  EXPECT_EQ(history[kHistoryWindows - 2], 4000u);
  EXPECT_EQ(history.back(), 0u);
  EXPECT_DOUBLE_EQ(shown().at(0).bytes_in_per_s, 0);
}

TEST_F(FlowTableTest, ASlotOfAnotherFlowIsLeftAlone) {
  auto opened = tcp_opened(1, 1000);
  opened.counter_slot = 7;
  table.apply(opened);
  counters.slots[7] = {2, bytes(3000, 1000), event::FlowState::kEstablished, at_ms(1900)};
  table.tick(at_ms(2000), &counters);
  EXPECT_FALSE(shown().at(0).counters.known);
}

TEST_F(FlowTableTest, BytesOfAFoundFlowAreNotTrafficOfNow) {
  auto found = as(What::kFound, tcp_opened(1, 1000), 1000);
  found.counters = bytes(1'000'000'000, 5);
  table.tick(at_ms(1000), nullptr);
  table.apply(found);
  table.tick(at_ms(2000), nullptr);
  EXPECT_DOUBLE_EQ(table.totals().bytes_in_per_s, 0);
  EXPECT_EQ(shown().at(0).counters.bytes_in, 1'000'000'000u);
}

TEST_F(FlowTableTest, AShortFlowBetweenTwoTicksIsInTheSums) {
  table.tick(at_ms(1000), nullptr);
  auto closed = as(What::kClosed, tcp_opened(1, 1100), 1200);
  closed.counters = bytes(2000, 0);
  table.apply(closed);
  table.tick(at_ms(2000), nullptr);
  EXPECT_DOUBLE_EQ(table.totals().bytes_in_per_s, 2000);
}

TEST_F(FlowTableTest, UpdatesAreToldOnceASecond) {
  table.tick(at_ms(1000), nullptr);
  table.apply(tcp_opened(1, 1000));
  for (uint64_t ms = 1100; ms < 1900; ms += 100) {
    auto updated = as(What::kUpdated, tcp_opened(1, 1000), ms);
    updated.counters = bytes(ms, 0);
    table.apply(updated);
    table.tick(at_ms(ms), nullptr);
  }
  EXPECT_EQ(told.count(event::FlowEvent::kUpdated), 0u);
  table.tick(at_ms(2000), nullptr);
  EXPECT_EQ(told.count(event::FlowEvent::kUpdated), 1u);
  table.tick(at_ms(3000), nullptr);
  EXPECT_EQ(told.count(event::FlowEvent::kUpdated), 1u);
}

TEST_F(FlowTableTest, AProcessThatIsKnownLaterNamesItsFlows) {
  auto opened = tcp_opened(1, 1000);
  std::memcpy(opened.command, "worker-3", 8);
  table.apply(opened);
  EXPECT_EQ(shown()[0].process, "worker-3");
  processes.known[100] = {"nginx", "/usr/sbin/nginx", "www-data", "nginx.service", ""};
  table.process_changed({100, 1'000'000'000});
  EXPECT_EQ(shown()[0].process, "nginx");
  EXPECT_EQ(shown()[0].unit, "nginx.service");
  EXPECT_EQ(shown()[0].user, "www-data");
  EXPECT_EQ(processes.holds, 1);
  table.apply(as(What::kClosed, tcp_opened(1, 1000), 1100));
  table.tick(at_ms(10'000), nullptr);
  EXPECT_EQ(processes.holds, 0);
}

TEST_F(FlowTableTest, SaysThatTheProgramHasNoFileAnyMore) {
  processes.known[100] = {"x (deleted)", "/tmp/x", "root", "", "", true, false};
  table.apply(tcp_opened(1, 1000));
  EXPECT_TRUE(shown()[0].executable_deleted);
  EXPECT_FALSE(shown()[0].executable_is_memfd);
  processes.known[100] = {"memfd:y (memfd)", "memfd:y", "root", "", "", false, true};
  table.process_changed({100, 1'000'000'000});
  EXPECT_FALSE(shown()[0].executable_deleted);
  EXPECT_TRUE(shown()[0].executable_is_memfd);
}

TEST_F(FlowTableTest, OwnersThatAreNoProcessAreSaidSo) {
  auto kernel = tcp_opened(1, 1000);
  kernel.owner_class = event::OwnerClass::kKernel;
  kernel.owner = {};
  table.apply(kernel);
  EXPECT_EQ(shown()[0].process, "kernel");
  EXPECT_EQ(shown()[0].owner_note, "a socket of the kernel itself");
  EXPECT_EQ(table.totals().certain, 1u);
  auto lost = tcp_opened(2, 1000);
  lost.owner = {};
  table.apply(lost);
  EXPECT_EQ(shown()[1].owner_class, event::OwnerClass::kLost);
  EXPECT_EQ(table.totals().certain, 1u);
}

}  // namespace
}  // namespace picket::flow
