// SPDX-License-Identifier: Apache-2.0
#include "sensor/fallback/proc_net.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace picket::sensor::fallback {
namespace {

using event::FlowState;
using event::Transport;

constexpr DiagQuery kTcp{AF_INET, IPPROTO_TCP, Transport::kTcp};
constexpr DiagQuery kIcmp6{AF_INET6, IPPROTO_ICMPV6, Transport::kIcmp};

TEST(ProcNet, Tcp) {
  std::vector<SocketEntry> entries;
  EXPECT_TRUE(
      parse_proc_net("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt  "
                     " uid  timeout inode\n"
                     "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  "
                     "1000        0 12345 1 x\n"
                     "   1: 0100007F:9C45 0200007F:1F90 06 00000000:00000000 03:00001752 00000000  "
                     "   0        0 0 3 x\n",
                     kTcp, 9, entries));
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].local.text(), "127.0.0.1:8080");
  EXPECT_EQ(entries[0].state, FlowState::kListen);
  EXPECT_EQ(entries[0].uid, 1000u);
  EXPECT_EQ(entries[0].inode, 12345u);
  EXPECT_EQ(entries[0].cookie, kInodeCookie | 12345);
  EXPECT_FALSE(entries[0].has_peer());
  EXPECT_EQ(entries[1].remote.text(), "127.0.0.2:8080");
  EXPECT_EQ(entries[1].state, FlowState::kTimeWait);
  EXPECT_EQ(entries[1].cookie & kTupleCookie, kTupleCookie);
  EXPECT_EQ(entries[1].cookie & kInodeCookie, 0u);
}

TEST(ProcNet, Ping6) {
  std::vector<SocketEntry> entries;
  parse_proc_net(
      "  sl  local_address                         remote_address                        st\n"
      "    3: 00000000000000000000000001000000:1F43 00000000000000000000000001000000:0000 01 "
      "00000000:00000000 00:00000000 00000000     0        0 121403 2 00000000e65532cc 0\n",
      kIcmp6, 9, entries);
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].local.text(), "[::1]:8003");
  EXPECT_EQ(entries[0].remote.address.text(), "::1");
  EXPECT_EQ(entries[0].protocol, IPPROTO_ICMPV6);
  EXPECT_TRUE(entries[0].v6_socket);
}

TEST(ProcNet, RawAndPacket) {
  std::vector<SocketEntry> entries;
  parse_proc_net("heading\n  89: 00000000:0059 00000000:0000 07 0:0 00:0 0     7 0 500 2 x 0\n",
                 {AF_INET, IPPROTO_RAW, Transport::kRaw}, 9, entries);
  parse_proc_net("heading\n000000000803c423 3      2    0806   4     1 0      9      121400\n",
                 {AF_PACKET, 0, Transport::kPacket}, 9, entries);
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].protocol, 89);
  EXPECT_EQ(entries[0].local.port, 0);
  EXPECT_EQ(entries[1].protocol, 0x806);
  EXPECT_EQ(entries[1].interface_index, 4u);
  EXPECT_EQ(entries[1].uid, 9u);
  EXPECT_EQ(entries[1].inode, 121400u);
}

TEST(ProcNet, MalformedLinesAreSkipped) {
  std::vector<SocketEntry> entries;
  EXPECT_TRUE(parse_proc_net(
      "heading\n\n   0: 0100007F 0 0A\n  1: 0100007F:1F9 00000000:0000 0A a 0 0 0 0 5\n"
      "  2: 0100007F:1F90 00000000:0000 0A a 0 0 0 0 -5\n",
      kTcp, 9, entries));
  EXPECT_TRUE(parse_proc_net("", kTcp, 9, entries));
  EXPECT_TRUE(parse_proc_net("heading without end", kTcp, 9, entries));
  EXPECT_TRUE(entries.empty());
}

TEST(ProcNet, LimitIsTold) {
  std::string text = "heading\n";
  for (int i = 0; i < 3; ++i) text += " 0: 0100007F:1F90 00000000:0000 0A a b c 1000 0 1234\n";
  std::vector<SocketEntry> entries;
  EXPECT_FALSE(parse_proc_net(text, kTcp, 2, entries));
  EXPECT_EQ(entries.size(), 2u);
}

TEST(ProcNet, FileNames) {
  EXPECT_STREQ(proc_net_name(kTcp), "tcp");
  EXPECT_STREQ(proc_net_name(kIcmp6), "icmp6");
  EXPECT_STREQ(proc_net_name({AF_INET6, IPPROTO_UDPLITE, Transport::kUdp}), "udplite6");
  EXPECT_STREQ(proc_net_name({AF_PACKET, 0, Transport::kPacket}), "packet");
  EXPECT_EQ(proc_net_name({AF_INET, IPPROTO_SCTP, Transport::kOther}), nullptr);
}

}  // namespace
}  // namespace picket::sensor::fallback
