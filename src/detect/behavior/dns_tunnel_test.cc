// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "detect/behavior/network_for_tests.h"

namespace picket::detect::behavior {
namespace {

using event::Severity;

std::string hex(uint64_t number, size_t length) {
  std::string out;
  for (uint64_t state = number * 0x9e3779b97f4a7c15ull + 1; out.size() < length;
       state = state * 6364136223846793005ull + 1442695040888963407ull)
    out += "0123456789abcdefghijklmnopqrstuv"[state >> 59];
  return out;
}

TEST(DnsTunnel, LongNamesBelowOneDomain) {
  NetworkForTests net({"dns_tunnel"});
  for (int i = 0; i < 400; ++i)
    net.lookup(i, "10.0.0.5", hex(static_cast<uint64_t>(i), 48) + ".evil.example", {"203.0.113.9"});
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_GE(alerts[0].severity, Severity::kMedium);
  EXPECT_EQ(alerts[0].domain, "evil.example");
}

TEST(DnsTunnel, ManyShortNamesAreDelivery) {
  NetworkForTests net({"dns_tunnel"});
  for (int i = 0; i < 600; ++i)
    net.lookup(i, "10.0.0.5", "img" + std::to_string(i) + ".shop.example", {"203.0.113.9"});
  for (const auto& alert : net.finish())
    EXPECT_LT(alert.severity, Severity::kMedium) << alert.reason;
}

TEST(DnsTunnel, CommandsInTextRecords) {
  NetworkForTests net({"dns_tunnel"});
  for (int i = 0; i < 60; ++i)
    net.lookup(i * 60, "10.0.0.5", hex(static_cast<uint64_t>(i), 30) + ".cmd.evil.example",
               {"TXT 4 abcd"}, "TXT");
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_GE(alerts[0].severity, Severity::kMedium);
}

TEST(DnsTunnel, MailPolicyAndReputationAreNot) {
  NetworkForTests net({"dns_tunnel"});
  for (int i = 0; i < 400; ++i) {
    net.lookup(i, "10.0.0.5", "s" + std::to_string(i) + "._domainkey.mail.example", {"TXT v=DKIM1"},
               "TXT");
    net.lookup(i, "10.0.0.5", hex(static_cast<uint64_t>(i), 48) + ".sophosxl.net", {"127.0.0.1"},
               "TXT");
    net.lookup(i, "10.0.0.5", std::to_string(i) + ".113.0.203.in-addr.arpa", {}, "PTR");
  }
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_LE(alerts[0].severity, Severity::kLow);
  EXPECT_EQ(alerts[0].known_good.size(), 1u);
}

}  // namespace
}  // namespace picket::detect::behavior
