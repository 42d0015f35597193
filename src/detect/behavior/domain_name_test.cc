// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "detect/behavior/domain_name.h"
#include "detect/behavior/network_for_tests.h"

namespace picket::detect::behavior {
namespace {

TEST(DomainName, TheRegisteredPart) {
  EXPECT_EQ(registered_domain("a.b.evil.example"), "evil.example");
  EXPECT_EQ(registered_domain("evil.example"), "evil.example");
  EXPECT_EQ(registered_domain("a.evil.co.uk"), "evil.co.uk");
  EXPECT_EQ(registered_domain("co.uk"), "");
  EXPECT_EQ(registered_domain("host"), "");
  EXPECT_EQ(registered_domain("x.me.s3.amazonaws.com"), "me.s3.amazonaws.com");
  EXPECT_EQ(registered_domain(".com"), ".com");
  EXPECT_EQ(below_registered("a.b.evil.co.uk"), "a.b");
  EXPECT_EQ(below_registered("evil.co.uk"), "");
}

TEST(DomainName, WordsCostLessThanRolledLetters) {
  for (const char* chosen :
       {"wikipedia.org", "windowsupdate.com", "stackoverflow.com", "deutschebahn.de",
        "theguardian.com", "letsencrypt.org", "office365.com", "cdn77.org"})
    EXPECT_FALSE(looks_generated(chosen))
        << chosen << " "
        << letter_cost(std::string_view(chosen).substr(0, std::string_view(chosen).find('.')));
  for (const char* rolled : {"xkqjzvwpnhbt.com", "q7f3k9x2m1.net", "wqhzbnxkfjgd.biz",
                             "3f2a9c81d7e64b05.info", "vjxqgkzhwpd.ru"})
    EXPECT_TRUE(looks_generated(rolled))
        << rolled << " "
        << letter_cost(std::string_view(rolled).substr(0, std::string_view(rolled).find('.')));
}

TEST(DomainName, LocalNamesAreTold) {
  for (const char* local : {"printer", "printer.local", "9.113.0.203.in-addr.arpa",
                            "_ldap._tcp.corp.example", "nas.lan"})
    EXPECT_TRUE(local_or_reverse(local)) << local;
  EXPECT_FALSE(local_or_reverse("www.example.org"));
}

TEST(DomainName, Entropy) {
  EXPECT_EQ(entropy("aaaa"), 0);
  EXPECT_EQ(entropy("abcd"), 2);
  EXPECT_EQ(entropy(""), 0);
}

}  // namespace
}  // namespace picket::detect::behavior
