// SPDX-License-Identifier: Apache-2.0
// How flows end, and what a search through all sockets may and may not change.
#include <gtest/gtest.h>

#include <cstring>

#include "base/counter.h"
#include "flow/flow_fixture.h"
#include "flow/flow_table.h"

namespace picket::flow {
namespace {

using namespace fixture;
using What = event::SocketSeen::What;

class FlowEndTest : public testing::Test {
 protected:
  FlowEndTest() { table.set_listener(&told); }

  std::vector<event::FlowFacts> shown() const {
    std::vector<event::FlowFacts> all;
    table.visit([&](const Flow& flow) { all.push_back(table.facts(flow, clock)); });
    return all;
  }

  FakeClock clock;
  FakeCounters counters;
  Told told;
  FlowTable table{Surroundings{}};
};

TEST_F(FlowEndTest, ASlotThatWasGivenBackEndsTheFlowAfterAPatience) {
  const uint64_t before = Counter::value_of("flow.closed_unseen");
  auto opened = tcp_opened(1, 1000);
  opened.counter_slot = 7;
  table.apply(opened);
  table.tick(at_ms(2000), &counters);
  table.tick(at_ms(4999), &counters);
  EXPECT_NE(shown().at(0).state, event::FlowState::kClosed);
  table.tick(at_ms(5000), &counters);
  ASSERT_EQ(shown().at(0).state, event::FlowState::kClosed);
  EXPECT_EQ(shown().at(0).closed->ns, clock.wall_at(at_ms(2000)).ns);
  EXPECT_EQ(Counter::value_of("flow.closed_unseen"), before + 1);
}

TEST_F(FlowEndTest, ASlotThatIsReadAgainIsNotLost) {
  auto opened = tcp_opened(1, 1000);
  opened.counter_slot = 7;
  table.apply(opened);
  for (uint64_t ms = 2000; ms <= 9000; ms += 1000) {
    if (ms % 2000 == 0)
      counters.slots.erase(7);
    else
      counters.slots[7] = {1, bytes(ms, 0), event::FlowState::kEstablished, at_ms(ms)};
    table.tick(at_ms(ms), &counters);
  }
  EXPECT_EQ(shown().at(0).state, event::FlowState::kEstablished);
}

// The FIN went out, and neither its answer nor another FIN came by: the end was not told.
TEST_F(FlowEndTest, AFinThatIsNotSentAgainWasAnswered) {
  const uint64_t before = Counter::value_of("flow.closed_unseen");
  auto opened = tcp_opened(1, 1000);
  opened.counter_slot = 7;
  table.apply(opened);
  counters.slots[7] = {1, bytes(152, 224), event::FlowState::kFinWait1, at_ms(1500)};
  table.tick(at_ms(2000), &counters);
  table.tick(at_ms(2250), &counters);
  table.tick(at_ms(7249), &counters);
  EXPECT_EQ(shown().at(0).state, event::FlowState::kFinWait1);
  table.tick(at_ms(7250), &counters);
  ASSERT_EQ(shown().at(0).state, event::FlowState::kClosed);
  EXPECT_EQ(shown().at(0).closed->ns, clock.wall_at(at_ms(1500)).ns);
  EXPECT_EQ(Counter::value_of("flow.closed_unseen"), before + 1);
}

TEST_F(FlowEndTest, AFinThatIsSentAgainAndAgainIsWaitedFor) {
  auto opened = tcp_opened(1, 1000);
  opened.counter_slot = 7;
  table.apply(opened);
  uint64_t sent = 200;
  uint64_t next_ms = 1500;
  for (uint64_t ms = 1000; ms <= 60'000; ms += 250) {
    if (ms >= next_ms) {
      sent += 72;
      next_ms = ms + 2 * (next_ms - 1000);
      counters.slots[7] = {1, bytes(152, sent), event::FlowState::kFinWait1, at_ms(ms)};
    }
    table.tick(at_ms(ms), &counters);
  }
  EXPECT_EQ(shown().at(0).state, event::FlowState::kFinWait1);
}

TEST_F(FlowEndTest, AHalfClosedConnectionMayBeSilentForLong) {
  auto opened = tcp_opened(1, 1000);
  opened.counter_slot = 7;
  table.apply(opened);
  counters.slots[7] = {1, bytes(152, 224), event::FlowState::kFinWait2, at_ms(1500)};
  for (uint64_t ms = 2000; ms <= 600'000; ms += 1000) table.tick(at_ms(ms), &counters);
  EXPECT_EQ(shown().at(0).state, event::FlowState::kFinWait2);
}

TEST_F(FlowEndTest, TheClosingRecordOfADatagramSocketCountsForThePeerItNames) {
  table.apply(udp_peer(1, 1000, "10.0.0.9", 53));
  table.apply(udp_peer(1, 1100, "10.0.0.10", 53));
  auto closed = as(What::kSocketClosed, udp_peer(1, 1000, "10.0.0.9", 53), 2000);
  closed.counters = bytes(400, 60);
  table.apply(closed);
  for (const event::FlowFacts& facts : shown()) {
    EXPECT_EQ(facts.state, event::FlowState::kClosed);
    EXPECT_EQ(facts.counters.bytes_in,
              facts.remote.address == endpoint("10.0.0.9", 53).address ? 400u : 0u);
  }
  EXPECT_EQ(shown().size(), 2u);
}

TEST_F(FlowEndTest, ASearchThatFindsWhatIsKnownIsNoNews) {
  table.tick(at_ms(1000), nullptr);
  table.apply(tcp_opened(1, 1000));
  table.apply(as(What::kFound, tcp_opened(1, 1000), 1500));
  table.tick(at_ms(2000), nullptr);
  EXPECT_EQ(told.count(event::FlowEvent::kUpdated), 0u);
  auto found = as(What::kFound, tcp_opened(1, 1000), 2500);
  found.inode = 4711;
  table.apply(found);
  table.tick(at_ms(3000), nullptr);
  EXPECT_EQ(told.count(event::FlowEvent::kUpdated), 1u);
}

TEST_F(FlowEndTest, AnUnspecifiedAddressKeepsItsFamily) {
  auto opened = listener(1, 1000);
  opened.local = endpoint("::", 0);
  table.apply(opened);
  EXPECT_EQ(shown().at(0).local.address.text(), "::");
}

TEST_F(FlowEndTest, TwentyThousandFlowsStayWithin400BytesEach) {
  FlowTable many{Surroundings{}};
  constexpr uint64_t kMany = 20'000;
  for (uint64_t i = 1; i <= kMany; ++i) {
    auto seen = tcp_opened(i, 1000);
    seen.owner.pid = static_cast<uint32_t>(i % 2000 + 1);
    std::memcpy(seen.command, "nginx", 5);
    many.apply(seen);
  }
  const size_t each = many.memory_bytes() / kMany;
  RecordProperty("bytes_per_flow", static_cast<int>(each));
  EXPECT_LE(each, 400u);
  EXPECT_GE(each, sizeof(Flow));
}

}  // namespace
}  // namespace picket::flow
