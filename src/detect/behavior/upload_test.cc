// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "detect/behavior/network_for_tests.h"

namespace picket::detect::behavior {
namespace {

using event::Severity;

TEST(Upload, MuchOutLittleIn) {
  NetworkForTests net({"upload"});
  for (int i = 0; i < 20; ++i)
    net.connect(i, "10.0.0.5:40000", "203.0.113.9:443",
                {.bytes_out = 40'000'000, .bytes_in = 10'000});
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].severity, Severity::kMedium);
}

TEST(Upload, ToAKnownServiceIsLess) {
  NetworkForTests net({"upload"});
  net.lookup(0, "10.0.0.5", "backup.icloud.com", {"203.0.113.9"});
  for (int i = 0; i < 20; ++i)
    net.connect(i, "10.0.0.5:40000", "203.0.113.9:443",
                {.bytes_out = 40'000'000, .bytes_in = 10'000});
  for (const auto& alert : net.finish()) EXPECT_LT(alert.severity, Severity::kMedium);
}

TEST(Upload, BothWaysInsideOrSpreadOverDaysIsSilent) {
  NetworkForTests net({"upload"});
  for (int i = 0; i < 20; ++i) {
    net.connect(i, "10.0.0.5:40000", "203.0.113.9:443",
                {.bytes_out = 40'000'000, .bytes_in = 30'000'000});
    net.connect(i, "10.0.0.5:40000", "10.0.0.9:445", {.bytes_out = 40'000'000, .bytes_in = 10'000});
    net.connect(i * 90'000.0, "10.0.0.6:40000", "203.0.113.8:443",
                {.bytes_out = 40'000'000, .bytes_in = 10'000});
  }
  EXPECT_TRUE(net.finish().empty());
}

}  // namespace
}  // namespace picket::detect::behavior
