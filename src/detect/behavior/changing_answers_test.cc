// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "detect/behavior/network_for_tests.h"

namespace picket::detect::behavior {
namespace {

using event::Severity;

TEST(ChangingAnswers, ManyNetworksWithinADay) {
  NetworkForTests net({"changing_answers"});
  for (int i = 0; i < 40; ++i)
    net.lookup(i * 300, "10.0.0.5", "flux.example", {std::to_string(20 + i) + ".1.2.3"});
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].severity, Severity::kLow);
}

TEST(ChangingAnswers, DeliveryStaysWithinItsNetworks) {
  NetworkForTests net({"changing_answers"});
  for (int i = 0; i < 200; ++i)
    net.lookup(i * 300, "10.0.0.5", "cdn.example", {"198.51." + std::to_string(i) + ".3"});
  EXPECT_TRUE(net.finish().empty());
}

}  // namespace
}  // namespace picket::detect::behavior
