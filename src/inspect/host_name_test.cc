// SPDX-License-Identifier: Apache-2.0
#include "inspect/host_name.h"

#include <gtest/gtest.h>

namespace picket::inspect {
namespace {

TEST(HostName, AcceptsWhatTheWorldUses) {
  for (const char* name : {"localhost", "example.com", "EXAMPLE.Com", "_dmarc.example.com", "a",
                           "r3---sn-4g5e6n.googlevideo.com", "xn--bcher-kva.example",
                           "1.2.3.4.sslip.io", "3com.com", "2.example"})
    EXPECT_TRUE(is_host_name(name)) << name;
}

TEST(HostName, RefusesNearMisses) {
  for (const char* name :
       {"", ".", "example.com.", ".example.com", "a..b", "-a.example", "a-.example", "exa mple.com",
        "example.com\n",
        "b\xc3\xbc"
        "cher.example",
        "a/b", "a:b", "\\046.example", "10.0.0.5", "1.2.3", "example.123", "*.example.com"})
    EXPECT_FALSE(is_host_name(name)) << name;
  EXPECT_FALSE(is_host_name(std::string_view("a\0b", 3)));
}

TEST(HostName, BoundsOfLabelAndName) {
  EXPECT_TRUE(is_host_name(std::string(kHostLabelMax, 'a')));
  EXPECT_FALSE(is_host_name(std::string(kHostLabelMax + 1, 'a')));
  std::string name;
  while (name.size() + 2 <= kHostNameMax) name += "a.";
  name += 'b';
  ASSERT_EQ(name.size(), kHostNameMax);
  EXPECT_TRUE(is_host_name(name));
  EXPECT_FALSE(is_host_name("c" + name));
}

TEST(Authority, NameAddressAndPort) {
  EXPECT_EQ(parse_authority("WWW.Example.COM")->host, "www.example.com");
  EXPECT_EQ(parse_authority("example.com:8443")->port, 8443);
  EXPECT_EQ(parse_authority("example.com:8443")->host, "example.com");
  EXPECT_EQ(parse_authority("example.com:")->port, std::nullopt);
  EXPECT_TRUE(parse_authority("example.com.:80")->trailing_dot);
  EXPECT_EQ(parse_authority("example.com.:80")->host, "example.com");
  EXPECT_FALSE(parse_authority("example.com")->address);
  EXPECT_EQ(parse_authority("192.0.2.7:80")->address, IpAddress::parse("192.0.2.7"));
  EXPECT_EQ(parse_authority("[2001:DB8::7]:80")->host, "2001:db8::7");
  EXPECT_EQ(parse_authority("[2001:db8::7]")->address, IpAddress::parse("2001:db8::7"));
}

TEST(Authority, RefusesNonsense) {
  for (const char* text : {"",
                           ":",
                           ":80",
                           ".",
                           "a b",
                           "example.com:65536",
                           "example.com:http",
                           "example.com:80:80",
                           "2001:db8::7",
                           "[2001:db8::7",
                           "[2001:db8::7]80",
                           "[192.0.2.7]",
                           "[fe80::1%eth0]",
                           "[]",
                           "ex%61mple.com",
                           "user@example.com",
                           "example.com..",
                           "256.1.1.1",
                           "1.2.3",
                           "example.com:+1"})
    EXPECT_FALSE(parse_authority(text)) << text;
}

}  // namespace
}  // namespace picket::inspect
