// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/keyword/header_number.h"

#include <gtest/gtest.h>

#include "detect/suricata/engine_for_tests.h"

namespace picket::detect::suricata::keyword {
namespace {

// Whether a rule of these options fires on a TCP packet with TTL 64, id 7 and window 1024.
bool fires(const std::string& options) {
  for_tests::Feed feed("alert ip any any -> any any (" + options + " sid:1;)");
  EXPECT_TRUE(feed.report.errors.empty()) << feed.report.errors[0].text();
  packet::Packet packet = feed.header(inspect::Direction::kToServer);
  packet.has_transport = true;
  packet.ttl = 64;
  packet.ip_id = 7;
  packet.tcp.window = 1024;
  return !feed.pass(packet, inspect::Direction::kToServer, nullptr, false).empty();
}

TEST(SuricataHeaderNumber, ANegationBeforeQuotesIsKept) {
  EXPECT_TRUE(fires("ttl:\"64\";"));
  EXPECT_FALSE(fires("ttl:!\"64\";"));
  EXPECT_TRUE(fires("ttl:!\"63\";"));
  EXPECT_FALSE(fires("ip_proto:!\"6\";"));
  EXPECT_TRUE(fires("ip_proto:\"!17\";"));
  EXPECT_FALSE(fires("tcp.window:!\"1024\";"));
}

TEST(SuricataHeaderNumber, WhatThePacketDoesNotHaveNeverHolds) {
  EXPECT_TRUE(fires("id:7;"));
  EXPECT_FALSE(fires("itype:0;"));
  EXPECT_FALSE(fires("itype:!9;"));
  EXPECT_FALSE(fires("tcp.mss:!1;"));
  EXPECT_FALSE(fires("icmpv6.mtu:>=0;"));
}

}  // namespace
}  // namespace picket::detect::suricata::keyword
