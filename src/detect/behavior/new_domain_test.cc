// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "detect/behavior/network_for_tests.h"

namespace picket::detect::behavior {
namespace {

using event::Severity;

TEST(NewDomain, AnOddOneAfterTheBaseline) {
  NetworkForTests net({"new_domain"});
  for (int i = 0; i < 150; ++i)
    net.lookup(i, "10.0.0.5",
               "word" + std::string(1, static_cast<char>('a' + i % 26)) +
                   std::string(static_cast<size_t>(i / 26 + 1), 'e') + ".example",
               {"198.51.100.1"});
  net.lookup(100, "10.0.0.5", "xkqjzvwpnhbt.top", {"203.0.113.9"});
  net.lookup(100'000, "10.0.0.5", "vjxqgkzhwpd.top", {"203.0.113.9"});
  net.lookup(100'001, "10.0.0.5", "ordinary.example", {"203.0.113.9"});
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].domain, "vjxqgkzhwpd.top");
  EXPECT_LE(alerts[0].severity, Severity::kLow);
}

}  // namespace
}  // namespace picket::detect::behavior
