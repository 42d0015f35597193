// SPDX-License-Identifier: Apache-2.0
// Socket records and the splitting of what iterators print.
#include <gtest/gtest.h>

#include <algorithm>

#include "sensor/bpf/record_bytes.h"
#include "sensor/bpf/record_decode.h"

namespace picket::sensor::bpf {
namespace {

using event::SocketSeen;

std::optional<SocketSeen> decode(const pk_socket& raw) {
  auto observation = decode_record(record_bytes(PK_SOCKET, raw));
  if (!observation || !std::holds_alternative<SocketSeen>(*observation)) return std::nullopt;
  return std::get<SocketSeen>(std::move(*observation));
}

pk_socket some_socket() {
  pk_socket raw{};
  raw.cookie = 1, raw.inode = 2, raw.opened_at = 3;
  raw.pid = 100, raw.owner_start_boot_ns = 5, raw.tid = 101, raw.uid = 1000;
  raw.creator_pid = 99, raw.creator_start_boot_ns = 4;
  raw.cgroup_id = 6, raw.netns = 7, raw.slot = 8;
  raw.bytes_in = 10, raw.bytes_out = 11, raw.packets_in = 12, raw.packets_out = 13;
  raw.rtt_us = 14, raw.retransmits = 15;
  raw.local_port = 40000, raw.remote_port = 443;
  raw.family = 10, raw.protocol = 6, raw.sock_type = 1;
  raw.what = PK_OPENED, raw.state = 1, raw.role = PK_CLIENT;
  raw.owner_class = PK_OWNER_PROCESS, raw.attribution = PK_BY_HOOK;
  raw.flags = PK_V6_SOCKET;
  set_address(raw.local, "::ffff:10.0.0.1");
  set_address(raw.remote, "2001:db8::1");
  std::memcpy(raw.comm, "curl", 5);
  return raw;
}

TEST(DecodeSocket, EveryField) {
  const auto seen = decode(some_socket());
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->what, SocketSeen::What::kOpened);
  EXPECT_EQ(seen->at, MonoTime{77});
  EXPECT_EQ(seen->cookie, 1u);
  EXPECT_EQ(seen->inode, 2u);
  EXPECT_EQ(seen->opened_at, MonoTime{3});
  EXPECT_EQ(seen->owner, (event::ProcessKey{100, 5}));
  EXPECT_EQ(seen->creator, (event::ProcessKey{99, 4}));
  EXPECT_EQ(seen->thread_id, 101u);
  EXPECT_EQ(seen->uid, 1000u);
  EXPECT_EQ(seen->cgroup_id, 6u);
  EXPECT_EQ(seen->network_namespace, 7u);
  EXPECT_EQ(seen->counter_slot, 8u);
  EXPECT_EQ(seen->counters.bytes_in, 10u);
  EXPECT_EQ(seen->counters.bytes_out, 11u);
  EXPECT_EQ(seen->counters.packets_in, 12u);
  EXPECT_EQ(seen->counters.packets_out, 13u);
  EXPECT_EQ(seen->counters.rtt_us, 14u);
  EXPECT_EQ(seen->counters.retransmits, 15u);
  EXPECT_TRUE(seen->counters.known);
  EXPECT_EQ(seen->local.text(), "10.0.0.1:40000");  // mapped
  EXPECT_EQ(seen->remote.text(), "[2001:db8::1]:443");
  EXPECT_EQ(seen->transport, event::Transport::kTcp);
  EXPECT_EQ(seen->protocol, 6);
  EXPECT_EQ(seen->state, event::FlowState::kEstablished);
  EXPECT_EQ(seen->role, event::Role::kClient);
  EXPECT_EQ(seen->owner_class, event::OwnerClass::kProcess);
  EXPECT_EQ(seen->attribution, event::Attribution::kHook);
  EXPECT_STREQ(seen->command, "curl");
  EXPECT_TRUE(seen->v6_socket);
  EXPECT_FALSE(seen->per_peer || seen->shared || seen->fast_open);
}

TEST(DecodeSocket, WhatHappened) {
  const std::pair<int, SocketSeen::What> kAll[] = {
      {PK_OPENED, SocketSeen::What::kOpened},
      {PK_FOUND, SocketSeen::What::kFound},
      {PK_UPDATED, SocketSeen::What::kUpdated},
      {PK_CLOSED, SocketSeen::What::kClosed},
      {PK_SOCKET_CLOSED, SocketSeen::What::kSocketClosed}};
  for (const auto& [raw_what, what] : kAll) {
    pk_socket raw = some_socket();
    raw.what = static_cast<__u8>(raw_what);
    const auto seen = decode(raw);
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->what, what);
    const bool over = raw_what == PK_CLOSED || raw_what == PK_SOCKET_CLOSED;
    EXPECT_EQ(seen->state == event::FlowState::kClosed, over);
  }
  for (const int what : {0, PK_SOCKET_CLOSED + 1, 255}) {
    pk_socket raw = some_socket();
    raw.what = static_cast<__u8>(what);
    EXPECT_FALSE(decode(raw)) << what;
  }
}

TEST(DecodeSocket, Transports) {
  struct {
    uint16_t family, type, protocol;
    event::Transport transport;
  } const kAll[] = {
      {2, 1, 6, event::Transport::kTcp},     {10, 2, 17, event::Transport::kUdp},
      {2, 2, 136, event::Transport::kUdp},   {2, 2, 1, event::Transport::kIcmp},
      {10, 3, 58, event::Transport::kIcmp},  {2, 3, 255, event::Transport::kRaw},
      {2, 3, 6, event::Transport::kRaw},     {17, 3, 0x0300, event::Transport::kPacket},
      {17, 2, 6, event::Transport::kPacket}, {2, 1, 132, event::Transport::kOther},
      {2, 1, 262, event::Transport::kOther}};
  for (const auto& kind : kAll) {
    pk_socket raw = some_socket();
    raw.family = kind.family, raw.sock_type = kind.type, raw.protocol = kind.protocol;
    const auto seen = decode(raw);
    EXPECT_EQ(seen->transport, kind.transport) << kind.family << " " << kind.protocol;
    if (kind.transport != event::Transport::kTcp) {
      EXPECT_EQ(seen->state, event::FlowState::kOpen);
    }
  }
}

TEST(DecodeSocket, FlagsAndOddValues) {
  pk_socket raw = some_socket();
  raw.flags = PK_PER_PEER | PK_SHARED | PK_FAST_OPEN | PK_NO_REMOTE;
  raw.role = 200, raw.owner_class = 200, raw.attribution = 200, raw.state = 200;
  raw.creator_pid = raw.pid;
  std::memset(raw.comm, 'c', sizeof raw.comm);
  const auto seen = decode(raw);
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->per_peer && seen->shared && seen->fast_open && !seen->v6_socket);
  EXPECT_EQ(seen->remote, Endpoint());
  EXPECT_EQ(seen->role, event::Role::kUnknown);
  EXPECT_EQ(seen->owner_class, event::OwnerClass::kProcess);
  EXPECT_EQ(seen->attribution, event::Attribution::kNone);
  EXPECT_EQ(seen->state, event::FlowState::kUnknown);
  EXPECT_EQ(seen->creator, event::ProcessKey());  // made by its owner
  EXPECT_EQ(std::string(seen->command), std::string(sizeof raw.comm - 1, 'c'));
}

TEST(DecodeSocket, OwnersAndHowTheyAreKnown) {
  pk_socket raw = some_socket();
  raw.owner_class = PK_OWNER_KERNEL, raw.attribution = PK_BY_SEARCH;
  EXPECT_EQ(decode(raw)->owner_class, event::OwnerClass::kKernel);
  EXPECT_EQ(decode(raw)->attribution, event::Attribution::kFound);
  raw.owner_class = PK_OWNER_NONE, raw.attribution = PK_BY_INHERITANCE;
  EXPECT_EQ(decode(raw)->owner_class, event::OwnerClass::kNone);
  EXPECT_EQ(decode(raw)->attribution, event::Attribution::kInherited);
}

TEST(DecodeTcpState, AsTheKernelNumbersThem) {
  EXPECT_EQ(decode_tcp_state(0), event::FlowState::kUnknown);
  EXPECT_EQ(decode_tcp_state(1), event::FlowState::kEstablished);
  EXPECT_EQ(decode_tcp_state(2), event::FlowState::kSynSent);
  EXPECT_EQ(decode_tcp_state(3), event::FlowState::kSynReceived);
  EXPECT_EQ(decode_tcp_state(6), event::FlowState::kTimeWait);
  EXPECT_EQ(decode_tcp_state(10), event::FlowState::kListen);
  EXPECT_EQ(decode_tcp_state(11), event::FlowState::kClosing);
  EXPECT_EQ(decode_tcp_state(12), event::FlowState::kSynReceived);  // TCP_NEW_SYN_RECV
  EXPECT_EQ(decode_tcp_state(13), event::FlowState::kUnknown);
  EXPECT_EQ(decode_tcp_state(0xffffffff), event::FlowState::kUnknown);
}

class SplitRecords : public testing::Test {
 protected:
  SplitRecords() {
    for (const uint32_t pid : {1u, 2u, 3u}) {
      pk_exit exit{};
      exit.pid = pid;
      const auto bytes = record_bytes(PK_EXIT, exit);
      stream_.insert(stream_.end(), bytes.begin(), bytes.end());
    }
  }
  bool feed(Bytes bytes) {
    return split_records(pending_, bytes, [this](Bytes record) {
      const auto seen = decode_record(record);
      ASSERT_TRUE(seen);
      pids_.push_back(std::get<event::ProcessExited>(*seen).key.pid);
    });
  }
  std::vector<uint8_t> stream_, pending_;
  std::vector<uint32_t> pids_;
};

TEST_F(SplitRecords, WholeAndInEveryChunkSize) {
  for (size_t chunk = 1; chunk <= stream_.size(); ++chunk) {
    pids_.clear();
    for (size_t at = 0; at < stream_.size(); at += chunk)
      ASSERT_TRUE(feed(Bytes(stream_).subspan(at, std::min(chunk, stream_.size() - at))));
    EXPECT_EQ(pids_, (std::vector<uint32_t>{1, 2, 3})) << chunk;
    EXPECT_TRUE(pending_.empty());
  }
}

TEST_F(SplitRecords, TheUnfinishedRestWaits) {
  ASSERT_TRUE(feed(Bytes(stream_).first(stream_.size() - 1)));
  EXPECT_EQ(pids_.size(), 2u);
  EXPECT_EQ(pending_.size(), stream_.size() / 3 - 1);
  ASSERT_TRUE(feed({}));
  ASSERT_TRUE(feed(Bytes(stream_).last(1)));
  EXPECT_EQ(pids_.size(), 3u);
}

TEST_F(SplitRecords, AbsurdSizesEndTheReading) {
  const auto largest = static_cast<uint32_t>(sizeof(pk_process) + 4 * PK_STRING_MAX);
  for (const uint32_t size :
       {0u, 1u, static_cast<uint32_t>(sizeof(pk_header)) - 1, largest + 1, 0xffffffffu}) {
    pending_.clear();
    std::vector<uint8_t> bad = stream_;
    std::memcpy(bad.data() + stream_.size() / 3 + 4, &size, sizeof size);  // the second record's
    EXPECT_FALSE(feed(bad)) << size;
  }
  pending_.clear();
  std::vector<uint8_t> waits = stream_;
  std::memcpy(waits.data() + 4, &largest, sizeof largest);
  EXPECT_TRUE(feed(waits));  // may still come whole
}

}  // namespace
}  // namespace picket::sensor::bpf
