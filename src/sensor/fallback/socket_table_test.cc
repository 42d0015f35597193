// SPDX-License-Identifier: Apache-2.0
#include "sensor/fallback/socket_table.h"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include "base/counter.h"

namespace picket::sensor::fallback {
namespace {

using event::FlowState;
using event::OwnerClass;
using event::Role;
using event::SocketSeen;
using event::Transport;
using What = event::SocketSeen::What;

constexpr uint32_t kNamespace = 4026531833;

Endpoint at(const char* address, uint16_t port) { return {*IpAddress::parse(address), port}; }

SocketEntry tcp(uint64_t cookie, uint64_t inode, FlowState state, Endpoint local,
                Endpoint remote = {}) {
  SocketEntry entry;
  entry.cookie = cookie;
  entry.inode = inode;
  entry.protocol = IPPROTO_TCP;
  entry.state = state;
  entry.local = local;
  entry.remote = remote;
  return entry;
}

SocketEntry udp(uint64_t cookie, Endpoint local, Endpoint remote = {}) {
  SocketEntry entry = tcp(cookie, cookie, FlowState::kOpen, local, remote);
  entry.transport = Transport::kUdp;
  entry.protocol = IPPROTO_UDP;
  return entry;
}

const Endpoint kServerEnd = at("10.0.0.5", 443);
const Endpoint kClientEnd = at("10.0.0.9", 50000);

class SocketTableTest : public testing::Test {
 protected:
  std::vector<SocketSeen> look(std::vector<SocketEntry> entries, const OwnerIndex* owners = nullptr,
                               bool listing_complete = true, bool owners_complete = true) {
    std::vector<SocketGroup> groups(1);
    groups[0] = {kNamespace, listing_complete, polls_ == 0, std::move(entries)};
    ++polls_;
    return table_.update(groups, owners, owners_complete, MonoTime{polls_});
  }
  bool wants(std::vector<SocketEntry> entries) {
    std::vector<SocketGroup> groups(1);
    groups[0] = {kNamespace, true, false, std::move(entries)};
    return table_.wants_owners(groups);
  }
  SocketTable table_{8};
  uint64_t polls_ = 0;
};

TEST_F(SocketTableTest, FoundThenOpenedThenUpdatedThenClosed) {
  SocketEntry listener = tcp(1, 11, FlowState::kListen, at("0.0.0.0", 443));
  auto found = look({listener});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].what, What::kFound);
  EXPECT_EQ(found[0].role, Role::kListener);
  EXPECT_EQ(found[0].network_namespace, kNamespace);

  SocketEntry accepted = tcp(2, 12, FlowState::kEstablished, kServerEnd, kClientEnd);
  auto opened = look({listener, accepted});
  ASSERT_EQ(opened.size(), 1u);
  EXPECT_EQ(opened[0].what, What::kOpened);
  EXPECT_EQ(opened[0].cookie, 2u);
  EXPECT_EQ(opened[0].role, Role::kServer);

  EXPECT_TRUE(look({listener, accepted}).empty());

  accepted.counters = {.bytes_in = 5,
                       .bytes_out = 6,
                       .packets_in = 1,
                       .packets_out = 1,
                       .rtt_us = 7,
                       .retransmits = 0,
                       .known = true};
  auto updated = look({listener, accepted});
  ASSERT_EQ(updated.size(), 1u);
  EXPECT_EQ(updated[0].what, What::kUpdated);
  EXPECT_EQ(updated[0].opened_at, opened[0].at);

  auto closed = look({listener});
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(closed[0].what, What::kClosed);
  EXPECT_EQ(closed[0].counters.bytes_in, 5u);
  EXPECT_EQ(table_.size(), 1u);
}

TEST_F(SocketTableTest, RolesOfTcp) {
  auto role = [&](SocketEntry entry, std::vector<SocketEntry> others = {}) {
    SocketTable fresh;
    std::vector<SocketGroup> groups(1);
    others.push_back(entry);
    groups[0] = {kNamespace, true, true, others};
    for (const SocketSeen& seen : fresh.update(groups, nullptr, true, MonoTime{1})) {
      if (seen.cookie == entry.cookie) return seen.role;
    }
    return Role::kListener;
  };
  SocketEntry connected = tcp(9, 9, FlowState::kEstablished, kServerEnd, kClientEnd);
  EXPECT_EQ(role(connected), Role::kClient);
  EXPECT_EQ(role(connected, {tcp(1, 1, FlowState::kListen, kServerEnd)}), Role::kServer);
  EXPECT_EQ(role(connected, {tcp(1, 1, FlowState::kListen, at("10.0.0.6", 443))}), Role::kClient);
  EXPECT_EQ(role(connected, {tcp(1, 1, FlowState::kListen, at("0.0.0.0", 444))}), Role::kClient);
  SocketEntry wildcard6 = tcp(1, 1, FlowState::kListen, at("::", 443));
  wildcard6.v6_socket = true;
  EXPECT_EQ(role(connected, {wildcard6}), Role::kServer);
  wildcard6.v6_only = true;
  EXPECT_EQ(role(connected, {wildcard6}), Role::kClient);
  SocketEntry connected6 = tcp(9, 9, FlowState::kEstablished, at("fd00::1", 443), at("fd00::2", 5));
  EXPECT_EQ(role(connected6, {tcp(1, 1, FlowState::kListen, at("0.0.0.0", 443))}), Role::kClient);
  EXPECT_EQ(role(connected6, {wildcard6}), Role::kServer);
  EXPECT_EQ(role(tcp(9, 9, FlowState::kSynReceived, kServerEnd, kClientEnd)), Role::kServer);
  EXPECT_EQ(role(tcp(9, 9, FlowState::kSynSent, kClientEnd, kServerEnd)), Role::kClient);
  EXPECT_EQ(role(tcp(9, 9, FlowState::kClosed, kServerEnd)), Role::kUnknown);
}

TEST_F(SocketTableTest, RolesOfDatagramsRawAndPacket) {
  SocketEntry raw = udp(4, at("0.0.0.0", 0));
  raw.transport = Transport::kRaw;
  SocketEntry packet = raw, deaf = raw;
  packet.cookie = 5;
  packet.transport = deaf.transport = Transport::kPacket;
  packet.protocol = 3;
  deaf.cookie = 6;
  deaf.protocol = 0;
  auto found = look({udp(1, at("0.0.0.0", 53)), udp(2, at("10.0.0.5", 53), kClientEnd),
                     udp(3, at("10.0.0.5", 5000), kServerEnd), raw, packet, deaf});
  ASSERT_EQ(found.size(), 6u);
  EXPECT_EQ(found[0].role, Role::kListener);
  EXPECT_EQ(found[1].role, Role::kServer);
  EXPECT_EQ(found[2].role, Role::kClient);
  EXPECT_EQ(found[3].role, Role::kListener);
  EXPECT_EQ(found[4].role, Role::kListener);
  EXPECT_EQ(found[5].role, Role::kUnknown);
}

TEST_F(SocketTableTest, RoleOnceKnownStaysWhenTheListenerGoes) {
  SocketEntry listener = tcp(1, 11, FlowState::kListen, at("0.0.0.0", 443));
  SocketEntry accepted = tcp(2, 12, FlowState::kEstablished, kServerEnd, kClientEnd);
  look({listener, accepted});
  accepted.state = FlowState::kCloseWait;
  auto changes = look({accepted});
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].what, What::kClosed);
  EXPECT_EQ(changes[1].role, Role::kServer);
}

TEST_F(SocketTableTest, RoleIsUnknownWhileListingsAreIncomplete) {
  SocketEntry connected = tcp(2, 12, FlowState::kEstablished, kServerEnd, kClientEnd);
  EXPECT_EQ(look({connected}, nullptr, false)[0].role, Role::kUnknown);
  auto later = look({connected});
  ASSERT_EQ(later.size(), 1u);
  EXPECT_EQ(later[0].role, Role::kClient);
}

TEST_F(SocketTableTest, OwnersKeptHiddenOrNone) {
  SocketEntry mine = tcp(1, 11, FlowState::kListen, at("0.0.0.0", 443));
  SocketEntry theirs = tcp(2, 12, FlowState::kListen, at("0.0.0.0", 444));
  SocketEntry orphan = tcp(3, 0, FlowState::kFinWait1, kServerEnd, kClientEnd);
  theirs.uid = 33;
  OwnerIndex owners({{11, 100, 10}});
  auto found = look({mine, theirs, orphan}, &owners, true, false);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].owner, (event::ProcessKey{10, 100}));
  EXPECT_EQ(found[0].owner_class, OwnerClass::kProcess);
  EXPECT_EQ(found[0].attribution, event::Attribution::kPolled);
  EXPECT_EQ(found[1].owner_class, OwnerClass::kHidden);
  EXPECT_EQ(found[1].attribution, event::Attribution::kNone);
  EXPECT_EQ(found[1].uid, 33u);
  EXPECT_EQ(found[2].owner_class, OwnerClass::kNone);
  EXPECT_EQ(table_.hidden(), 1u);

  // With everything in sight the same socket is held by nobody.
  auto complete = look({mine, theirs, orphan}, &owners, true, true);
  ASSERT_EQ(complete.size(), 1u);
  EXPECT_EQ(complete[0].owner_class, OwnerClass::kNone);
  EXPECT_EQ(table_.hidden(), 0u);
}

TEST_F(SocketTableTest, ScansAreWantedUntilOwnersAreSettled) {
  SocketEntry entry = tcp(1, 11, FlowState::kListen, at("0.0.0.0", 443));
  OwnerIndex nobody, owner({{11, 100, 10}});
  EXPECT_TRUE(wants({entry}));
  look({entry}, &nobody);
  EXPECT_TRUE(wants({entry}));  // perhaps it was on its way
  look({entry}, &nobody);
  EXPECT_FALSE(wants({entry}));
  look({entry}, &owner);
  EXPECT_FALSE(wants({entry}));
  EXPECT_FALSE(wants({tcp(7, 0, FlowState::kTimeWait, kServerEnd, kClientEnd)}));
}

TEST_F(SocketTableTest, OneMissDoesNotTakeTheOwnerAway) {
  SocketEntry entry = tcp(1, 11, FlowState::kListen, at("0.0.0.0", 443));
  OwnerIndex nobody, owner({{11, 100, 10}});
  look({entry}, &owner);
  EXPECT_TRUE(look({entry}, &nobody).empty());
  auto lost = look({entry}, &nobody);
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].owner.pid, 0u);
  EXPECT_EQ(lost[0].owner_class, OwnerClass::kNone);
}

TEST_F(SocketTableTest, AcceptedSocketGetsItsOwnerOnceItHasAFile) {
  SocketEntry queued = tcp(2, 0, FlowState::kEstablished, kServerEnd, kClientEnd);
  OwnerIndex owner({{12, 100, 10}});
  EXPECT_EQ(look({queued})[0].owner_class, OwnerClass::kNone);
  queued.inode = 12;
  EXPECT_TRUE(wants({queued}));
  auto changes = look({queued}, &owner);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].what, What::kUpdated);
  EXPECT_EQ(changes[0].owner.pid, 10u);
}

TEST_F(SocketTableTest, TimeWaitContinuesTheConnection) {
  SocketEntry open = tcp(2, 12, FlowState::kEstablished, kServerEnd, kClientEnd);
  open.counters = {.bytes_in = 5,
                   .bytes_out = 6,
                   .packets_in = 1,
                   .packets_out = 1,
                   .rtt_us = 7,
                   .retransmits = 0,
                   .known = true};
  open.uid = 33;
  OwnerIndex owner({{12, 100, 10}});
  look({open}, &owner);
  SocketEntry waiting = tcp(900, 0, FlowState::kTimeWait, kServerEnd, kClientEnd);
  auto changes = look({waiting});
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].what, What::kUpdated);
  EXPECT_EQ(changes[0].cookie, 2u);
  EXPECT_EQ(changes[0].state, FlowState::kTimeWait);
  EXPECT_EQ(changes[0].owner.pid, 10u);
  EXPECT_EQ(changes[0].uid, 33u);
  EXPECT_EQ(changes[0].counters.bytes_in, 5u);
  EXPECT_TRUE(look({waiting}).empty());
  auto closed = look({});
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(closed[0].what, What::kClosed);
  EXPECT_EQ(closed[0].cookie, 2u);
}

TEST_F(SocketTableTest, IncompleteListingClosesNothingUntilLongAfter) {
  look({tcp(1, 11, FlowState::kListen, at("0.0.0.0", 443))});
  uint64_t before = Counter::value_of("sensor.fallback.unseen_closed");
  for (uint32_t poll = 0; poll < kUnseenPollsMax; ++poll) {
    EXPECT_TRUE(look({}, nullptr, false).empty());
  }
  EXPECT_EQ(look({}, nullptr, false).size(), 1u);
  EXPECT_EQ(Counter::value_of("sensor.fallback.unseen_closed"), before + 1);
}

TEST_F(SocketTableTest, SocketsOverTheLimitAreCounted) {
  uint64_t before = Counter::value_of("sensor.fallback.sockets_over_limit");
  std::vector<SocketEntry> entries;
  for (uint64_t cookie = 1; cookie <= 10; ++cookie) {
    entries.push_back(udp(cookie, at("0.0.0.0", static_cast<uint16_t>(cookie))));
  }
  EXPECT_EQ(look(entries).size(), 8u);
  EXPECT_EQ(Counter::value_of("sensor.fallback.sockets_over_limit"), before + 2);
}

TEST_F(SocketTableTest, SctpAssociationsOfOneSocketAreFlowsOfTheirOwn) {
  SocketEntry first = tcp(1, 11, FlowState::kEstablished, kServerEnd, kClientEnd);
  first.transport = Transport::kOther;
  first.protocol = IPPROTO_SCTP;
  SocketEntry second = first;
  second.remote = at("10.0.0.10", 4);
  auto found = look({first, second});
  ASSERT_EQ(found.size(), 2u);
  EXPECT_TRUE(found[0].per_peer && found[1].per_peer);
}

TEST_F(SocketTableTest, ForgottenNamespaceIsClosed) {
  look({tcp(1, 11, FlowState::kListen, at("0.0.0.0", 443))});
  table_.forget_namespace(kNamespace);
  auto closed = table_.update({}, nullptr, true, MonoTime{9});
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(closed[0].what, What::kClosed);
}

}  // namespace
}  // namespace picket::sensor::fallback
