// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "detect/behavior/network_for_tests.h"

namespace picket::detect::behavior {
namespace {

using event::Severity;
using Connection = NetworkForTests::Connection;

TEST(LongConnection, HoursAreLowAndMinutesNothing) {
  NetworkForTests net({"long_connection"});
  Connection how;
  how.duration_s = 5 * 3600;
  net.connect(0, "10.0.0.5:40000", "203.0.113.9:4999", how);
  net.connect(0, "10.0.0.5:40000", "10.0.0.9:22", how);
  how.duration_s = 3 * 3600;
  net.connect(0, "10.0.0.5:40000", "203.0.113.8:4999", how);
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].severity, Severity::kLow);
  EXPECT_NE(alerts[0].reason.find("5.0 h"), std::string::npos) << alerts[0].reason;
}

}  // namespace
}  // namespace picket::detect::behavior
