// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "detect/behavior/network_for_tests.h"

namespace picket::detect::behavior {
namespace {

using event::Severity;

TEST(TlsOddity, ASelfSignedServerThatIsCalledAgain) {
  NetworkForTests net({"tls_oddity"});
  for (int i = 0; i < 5; ++i)
    net.greet(i * 600, "10.0.0.5:40000", "203.0.113.9:4999", "", "CN=a", "CN=a");
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].severity, Severity::kMedium);
  EXPECT_EQ(alerts[0].connection->remote.text(), "203.0.113.9:4999");
}

TEST(TlsOddity, OnceIsLow) {
  NetworkForTests net({"tls_oddity"});
  net.greet(0, "10.0.0.5:40000", "203.0.113.9:4999", "", "CN=localhost", "CN=localhost");
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].severity, Severity::kLow);
}

TEST(TlsOddity, AToolsOwnCertificateNeedsNoMore) {
  NetworkForTests net({"tls_oddity"});
  net.greet(0, "10.0.0.5:40000", "203.0.113.9:443", "cdn.example", "CN=AsyncRAT Server",
            "CN=AsyncRAT Server");
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_GE(alerts[0].severity, Severity::kHigh);
}

TEST(TlsOddity, TorsWayOfNaming) {
  NetworkForTests net({"tls_oddity"});
  for (int i = 0; i < 4; ++i)
    net.greet(i * 600, "10.0.0.5:40000", "203.0.113.9:9001", "www.q3xk7ztr2p.com",
              "CN=www.bzk4xq2yhw5.net", "CN=www.pl7rtq2zx.com");
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_GE(alerts[0].severity, Severity::kMedium);
}

TEST(TlsOddity, ProperServersAndThoseInsideAreSilent) {
  NetworkForTests net({"tls_oddity"});
  for (int i = 0; i < 20; ++i) {
    net.greet(i * 600, "10.0.0.5:40000", "203.0.113.9:443", "www.example.org", "CN=www.example.org",
              "CN=R3,O=Let's Encrypt");
    net.greet(i * 600, "10.0.0.5:40000", "10.0.0.9:8443", "", "CN=nas", "CN=nas");
    net.greet(i * 600, "10.0.0.5:40000", "203.0.113.10:443", "");
  }
  EXPECT_TRUE(net.finish().empty());
}

TEST(TlsOddity, AGreetingIsRareOnlyAfterABaseline) {
  NetworkForTests net({"tls_oddity"});
  net.greet(0, "10.0.0.5:40000", "203.0.113.8:4999", "", "", "", "t13d_new0_new0");
  for (int i = 0; i < 300; ++i)
    net.greet(i, "10.0.0.5:40000", "198.51.100.1:443", "www.example.org", "", "", "t13d_browser_0");
  net.greet(400, "10.0.0.5:40000", "203.0.113.9:4999", "", "CN=a", "CN=a", "t13d_new1_new1");
  bool told = false;
  for (const auto& alert : net.finish())
    if (alert.connection->remote.address.text() == "203.0.113.9")
      told = alert.reason.find("new on this host") != std::string::npos;
  EXPECT_TRUE(told);
}

}  // namespace
}  // namespace picket::detect::behavior
