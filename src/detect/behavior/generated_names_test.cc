// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "detect/behavior/network_for_tests.h"

namespace picket::detect::behavior {
namespace {

using event::Severity;

TEST(GeneratedNames, RolledDomainsThatDoNotExist) {
  NetworkForTests net({"generated_names"});
  for (const char* name :
       {"xkqjzvwpnhbt.com", "vjxqgkzhwpd.com", "q7f3k9x2m1.net", "wqhzbnxkfjgd.biz",
        "zxqvkjhgfdwp.ru", "pqzxwvkjhtrf.com", "bvnmxzlkjhgf.net", "t5r8w2q9z1.org",
        "hjkwqzxvbnpt.com", "mnzxqwvkjhgd.net", "gfdzxqvwkjhp.com", "rtzxqvwkjhpl.net"})
    net.lookup(1, "10.0.0.5", name, {}, "A", "NXDOMAIN");
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].severity, Severity::kMedium);
}

TEST(GeneratedNames, TyposAndSearchDomainsAreNot) {
  NetworkForTests net({"generated_names"});
  for (const char* name : {"goggle.example", "wikipeda.org", "facebok.com", "xkqjzvwpnhbt",
                           "mnzxqwvkjhgd", "xkqjzvwpnhbt.corp.example", "vjxqgkzhwpd.corp.example",
                           "q7f3k9x2m1.corp.example", "newspapr.com", "amazn.com"})
    net.lookup(1, "10.0.0.5", name, {}, "A", "NXDOMAIN");
  EXPECT_TRUE(net.finish().empty());
}

TEST(GeneratedNames, DomainsThatExistDoNotCount) {
  NetworkForTests net({"generated_names"});
  for (int i = 0; i < 50; ++i)
    net.lookup(i, "10.0.0.5", "q7f3k9x2m" + std::to_string(i) + ".net", {"203.0.113.9"});
  EXPECT_TRUE(net.finish().empty());
}

}  // namespace
}  // namespace picket::detect::behavior
