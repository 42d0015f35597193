// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "detect/behavior/network_for_tests.h"

namespace picket::detect::behavior {
namespace {

using event::Severity;
using Connection = NetworkForTests::Connection;

TEST(OddPort, AProtocolOutOfPlaceAgainAndAgain) {
  NetworkForTests net({"odd_port"});
  Connection tls;
  tls.service = "ssl";
  for (int i = 0; i < 5; ++i) net.connect(i, "10.0.0.5:40000", "203.0.113.9:4444", tls);
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].severity, Severity::kLow);
}

TEST(OddPort, InPlaceOnceOrInsideIsSilent) {
  NetworkForTests net({"odd_port"});
  Connection tls;
  tls.service = "ssl";
  net.connect(0, "10.0.0.5:40000", "203.0.113.9:4444", tls);
  for (int i = 0; i < 9; ++i) {
    net.connect(i, "10.0.0.5:40000", "203.0.113.9:8443", tls);
    net.connect(i, "10.0.0.5:40000", "10.0.0.9:4444", tls);
  }
  EXPECT_TRUE(net.finish().empty());
}

}  // namespace
}  // namespace picket::detect::behavior
