// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "detect/behavior/fan.h"
#include "detect/behavior/network_for_tests.h"

namespace picket::detect::behavior {
namespace {

using event::Severity;
using Connection = NetworkForTests::Connection;

const Connection kShut{.id = {}, .answered = false, .service = {}};
std::string address(int i) {
  return "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1);
}

TEST(Scan, ShutPortsOfOneAddress) {
  NetworkForTests net({"scan"});
  for (int port = 1; port <= 40; ++port)
    net.connect(port, "10.0.0.5:40000", "203.0.113.9:" + std::to_string(port), kShut);
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].severity, Severity::kMedium);
  EXPECT_NE(alerts[0].reason.find("25 shut ports of 203.0.113.9"), std::string::npos)
      << alerts[0].reason;
}

TEST(Scan, ADataChannelPortEachTimeIsNoScan) {
  NetworkForTests net({"scan"});
  for (int port = 0; port < 200; ++port)
    net.connect(port, "10.0.0.5:40000", "203.0.113.9:" + std::to_string(50000 + port), {});
  EXPECT_TRUE(net.finish().empty());
}

TEST(Scan, OnePortOfManyAddressesEvenSlowly) {
  NetworkForTests net({"scan"});
  for (int i = 0; i < 60; ++i) net.connect(i * 1200, "10.9.0.5:40000", address(i) + ":445", kShut);
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].severity, Severity::kMedium);
  EXPECT_FALSE(alerts[0].connection);
}

TEST(Scan, SlowerThanADayIsForgotten) {
  NetworkForTests net({"scan"});
  for (int i = 0; i < 60; ++i)
    net.connect(i * 10'000.0, "10.9.0.5:40000", address(i) + ":445", kShut);
  EXPECT_TRUE(net.finish().empty());
}

TEST(Scan, AFewGoneServersAreLow) {
  NetworkForTests net({"scan"});
  for (int i = 0; i < 12; ++i) net.connect(i, "10.9.0.5:40000", address(i) + ":80", kShut);
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].severity, Severity::kLow);
}

TEST(Scan, BrowsingManySitesOfWhichSomeAreGoneIsSilent) {
  NetworkForTests net({"scan"});
  for (int i = 0; i < 400; ++i) {
    Connection how;
    how.answered = i % 10 != 0;
    net.connect(i, "10.9.0.5:40000", address(i) + ":443", how);
  }
  EXPECT_TRUE(net.finish().empty());
}

TEST(Scan, PingsOfAWholeNetwork) {
  NetworkForTests net({"scan"});
  Connection ping;
  ping.transport = event::Transport::kIcmp;
  for (int i = 0; i < 120; ++i) net.connect(i, "10.9.0.5:8", address(i) + ":0", ping);
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].severity, Severity::kMedium);
}

TEST(Scan, TracerouteIsNone) {
  NetworkForTests net({"scan"});
  Connection probe = kShut;
  probe.transport = event::Transport::kUdp;
  for (int hop = 0; hop < 90; ++hop)
    net.connect(hop, "10.9.0.5:40000", "203.0.113.9:" + std::to_string(33434 + hop), probe);
  EXPECT_TRUE(net.finish().empty());
}

TEST(Scan, FromTheInternetIsLessThanFromInside) {
  NetworkForTests net({"scan"});
  Connection in = kShut;
  in.outbound = false;
  for (int port = 1; port <= 40; ++port) {
    net.connect(port, "10.0.0.5:" + std::to_string(port), "203.0.113.9:4000", in);
    net.connect(port, "10.0.0.5:" + std::to_string(port), "10.0.0.77:4000", in);
  }
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 2u);
  for (const auto& alert : alerts)
    EXPECT_EQ(alert.severity,
              alert.connection->remote.address.is_global() ? Severity::kLow : Severity::kMedium)
        << alert.reason;
}

TEST(Fan, TellsAtMostSoManyApart) {
  Fan fan;
  size_t fresh = 0;
  for (uint64_t i = 0; i < 2 * Fan::kDistinctMax; ++i) fresh += fan.add(i, true, {0});
  EXPECT_EQ(fresh, Fan::kDistinctMax);
  EXPECT_EQ(fan.distinct(), Fan::kDistinctMax);
  EXPECT_EQ(fan.attempts(), 2 * Fan::kDistinctMax);
}

}  // namespace
}  // namespace picket::detect::behavior
