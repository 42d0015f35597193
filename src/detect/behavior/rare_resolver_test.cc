// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "detect/behavior/network_for_tests.h"

namespace picket::detect::behavior {
namespace {

using event::Severity;

TEST(RareResolver, AnotherResolverAfterABaseline) {
  NetworkForTests net({"rare_resolver"});
  for (int i = 0; i < 300; ++i) net.lookup(i, "10.0.0.5", "www.example.org", {"198.51.100.1"});
  for (int i = 0; i < 5; ++i)
    net.lookup(400 + i, "10.0.0.5", "www.example.org", {"198.51.100.1"}, "A", "NOERROR",
               "203.0.113.9:53");
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].severity, Severity::kLow);
}

TEST(RareResolver, OneInUseFromTheBeginIsNot) {
  NetworkForTests net({"rare_resolver"});
  for (int i = 0; i < 300; ++i)
    net.lookup(i, "10.0.0.5", "www.example.org", {"198.51.100.1"}, "A", "NOERROR",
               i % 2 == 0 ? "10.0.0.53:53" : "203.0.113.9:53");
  EXPECT_TRUE(net.finish().empty());
}

}  // namespace
}  // namespace picket::detect::behavior
