// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/counter.h"
#include "detect/behavior/network_for_tests.h"

namespace picket::detect::behavior {
namespace {

using event::Severity;

void look_around(NetworkForTests& net) {
  for (int i = 0; i < 30; ++i)
    net.lookup(i, "10.0.0.5", "site" + std::to_string(i) + ".example",
               {"198.51.100." + std::to_string(i + 1)});
}

TEST(UnnamedPeer, AnAddressThatNobodyLookedUp) {
  NetworkForTests net({"unnamed_peer"});
  look_around(net);
  for (int i = 0; i < 5; ++i) net.connect(i * 100, "10.0.0.5:40000", "203.0.113.9:8081", {});
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].severity, Severity::kLow);
}

TEST(UnnamedPeer, ALookupThatComesLaterCounts) {
  NetworkForTests net({"unnamed_peer"});
  for (int i = 0; i < 5; ++i) net.connect(i, "10.0.0.5:40000", "198.51.100.7:8081", {});
  look_around(net);
  EXPECT_TRUE(net.finish().empty());
}

TEST(UnnamedPeer, WithoutLookupsInSightNothingIsSaid) {
  NetworkForTests net({"unnamed_peer"});
  for (int i = 0; i < 50; ++i) net.connect(i * 100, "10.0.0.5:40000", "203.0.113.9:8081", {});
  EXPECT_TRUE(net.finish().empty());
}

TEST(UnnamedPeer, AHostWithTooManyIsQuietAfterAWhile) {
  NetworkForTests net({"unnamed_peer"});
  look_around(net);
  const uint64_t before = Counter::value_of("detect.behavior.unnamed_peer_quiet");
  for (int peer = 1; peer <= 30; ++peer)
    for (int i = 0; i < 4; ++i)
      net.connect(i * 100, "10.0.0.5:40000", "203.0.113." + std::to_string(peer) + ":8081", {});
  EXPECT_EQ(net.finish().size(), 20u);
  EXPECT_EQ(Counter::value_of("detect.behavior.unnamed_peer_quiet") - before, 10u);
}

}  // namespace
}  // namespace picket::detect::behavior
