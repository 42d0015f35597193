// SPDX-License-Identifier: Apache-2.0
#include "base/address.h"

#include <gtest/gtest.h>

namespace picket {
namespace {

IpAddress ip(std::string_view text) {
  const auto parsed = IpAddress::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(IpAddress());
}

TEST(IpAddressParse, Canonical) {
  const std::pair<const char*, const char*> kSpellings[] = {
      {"0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255"},
      {"10.1.2.3", "10.1.2.3"},
      {"::", "::"},
      {"::1", "::1"},
      {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"fe80::1:0:0:1", "fe80::1:0:0:1"},
      {"::ffff:10.1.2.3", "10.1.2.3"},
      {"::ffff:a01:203", "10.1.2.3"},
  };
  for (const auto& [given, canonical] : kSpellings) EXPECT_EQ(ip(given).text(), canonical) << given;
}

TEST(IpAddressParse, RefusesWhatIsNoAddress) {
  for (const char* text :
       {"", " ", "10.1.2", "10.1.2.3.4", "10.1.2.256", "010.1.2.3", "10.1.2.3 ", "0x0a.1.2.3", "1",
        "::1::", "::g", "fe80::1%eth0", "[::1]", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9"})
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  EXPECT_FALSE(IpAddress::parse(std::string(1000, '1')));
}

TEST(IpAddressParse, AHiddenNulEndsNothing) {
  EXPECT_FALSE(IpAddress::parse(std::string_view("10.1.2.3\0.evil", 14)));
  EXPECT_FALSE(IpAddress::parse(std::string_view("10.1.2.3\0", 9)));
}

TEST(IpAddress, MappedIsTheIpv4AddressItMeans) {
  const uint8_t mapped[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7};
  const uint8_t plain[4] = {192, 0, 2, 7};
  const IpAddress from_mapped = IpAddress::v6_bytes(mapped);
  EXPECT_TRUE(from_mapped.is_v4());
  EXPECT_EQ(from_mapped, IpAddress::v4_bytes(plain));
  EXPECT_EQ(from_mapped, IpAddress::v4(0xc0000207));
  EXPECT_EQ(from_mapped.v4_host_order(), 0xc0000207u);
  EXPECT_EQ(std::hash<IpAddress>()(from_mapped), std::hash<IpAddress>()(IpAddress::v4(0xc0000207)));
  EXPECT_TRUE(std::equal(mapped, mapped + 16, from_mapped.bytes().begin()));
  // The deprecated "compatible" form (::a.b.c.d) is an IPv6 address of its own.
  uint8_t compatible[16] = {};
  compatible[15] = 9;
  EXPECT_TRUE(IpAddress::v6_bytes(compatible).is_v6());
  EXPECT_NE(IpAddress::v6_bytes(compatible), IpAddress::v4(9));
}

TEST(IpAddress, DefaultIsUnspecifiedV4) {
  EXPECT_EQ(IpAddress(), ip("0.0.0.0"));
  EXPECT_NE(IpAddress(), ip("::"));
  EXPECT_TRUE(IpAddress().is_unspecified());
  EXPECT_TRUE(ip("::").is_unspecified());
  EXPECT_FALSE(ip("::1").is_unspecified());
  EXPECT_FALSE(ip("0.0.0.1").is_unspecified());
}

struct Kind {
  const char* text;
  bool (IpAddress::*is)() const;
};

TEST(IpAddress, EachKindAtItsEdges) {
  const Kind kInside[] = {{"127.0.0.1", &IpAddress::is_loopback},
                          {"127.255.255.255", &IpAddress::is_loopback},
                          {"::1", &IpAddress::is_loopback},
                          {"::ffff:127.0.0.1", &IpAddress::is_loopback},
                          {"169.254.0.1", &IpAddress::is_link_local},
                          {"fe80::", &IpAddress::is_link_local},
                          {"febf:ffff::", &IpAddress::is_link_local},
                          {"224.0.0.0", &IpAddress::is_multicast},
                          {"239.255.255.255", &IpAddress::is_multicast},
                          {"ff00::", &IpAddress::is_multicast},
                          {"255.255.255.255", &IpAddress::is_broadcast},
                          {"10.0.0.0", &IpAddress::is_private},
                          {"10.255.255.255", &IpAddress::is_private},
                          {"172.16.0.0", &IpAddress::is_private},
                          {"172.31.255.255", &IpAddress::is_private},
                          {"192.168.0.0", &IpAddress::is_private},
                          {"100.64.0.0", &IpAddress::is_private},
                          {"100.127.255.255", &IpAddress::is_private},
                          {"fc00::", &IpAddress::is_private},
                          {"fdff::", &IpAddress::is_private},
                          {"8.8.8.8", &IpAddress::is_global},
                          {"2001:db8::1", &IpAddress::is_global}};
  for (const Kind& kind : kInside) {
    const IpAddress address = ip(kind.text);
    EXPECT_TRUE((address.*kind.is)()) << kind.text;
    const bool global = kind.is == &IpAddress::is_global;
    EXPECT_EQ(address.is_global(), global) << kind.text;
  }
  for (const char* text : {"126.255.255.255", "128.0.0.0",   "169.253.255.255", "169.255.0.0",
                           "223.255.255.255", "240.0.0.1",   "9.255.255.255",   "11.0.0.0",
                           "172.15.255.255",  "172.32.0.0",  "192.167.255.255", "192.169.0.0",
                           "100.63.255.255",  "100.128.0.0", "255.255.255.254", "::2",
                           "fe7f::",          "fec0::",      "feff::",          "fbff::",
                           "fe00::"})
    EXPECT_TRUE(ip(text).is_global()) << text;
}

TEST(Endpoint, Text) {
  EXPECT_EQ((Endpoint{ip("10.0.0.5"), 443}.text()), "10.0.0.5:443");
  EXPECT_EQ((Endpoint{ip("fd00::1"), 65535}.text()), "[fd00::1]:65535");
  EXPECT_EQ(Endpoint().text(), "0.0.0.0:0");
  EXPECT_NE(std::hash<Endpoint>()(Endpoint{ip("10.0.0.5"), 1}),
            std::hash<Endpoint>()(Endpoint{ip("10.0.0.5"), 2}));
}

TEST(Prefix, Contains) {
  const auto contains = [](const char* prefix, const char* address) {
    const auto parsed = Prefix::parse(prefix);
    EXPECT_TRUE(parsed) << prefix;
    return parsed && parsed->contains(ip(address));
  };
  EXPECT_TRUE(contains("10.0.0.0/8", "10.255.255.255"));
  EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(contains("10.1.2.3/31", "10.1.2.2"));
  EXPECT_FALSE(contains("10.1.2.3/31", "10.1.2.4"));
  EXPECT_TRUE(contains("10.1.2.3", "10.1.2.3"));
  EXPECT_FALSE(contains("10.1.2.3", "10.1.2.2"));
  EXPECT_TRUE(contains("0.0.0.0/0", "255.255.255.255"));
  EXPECT_FALSE(contains("0.0.0.0/0", "::1"));
  EXPECT_TRUE(contains("::/0", "ffff::"));
  EXPECT_FALSE(contains("::/0", "1.2.3.4"));
  EXPECT_TRUE(contains("2001:db8::/33", "2001:db8:7fff::"));
  EXPECT_FALSE(contains("2001:db8::/33", "2001:db8:8000::"));
  EXPECT_TRUE(contains("fd00::1/128", "fd00::1"));
  EXPECT_FALSE(contains("fd00::1/128", "fd00::"));
  EXPECT_TRUE(contains("::ffff:10.0.0.0/8", "10.2.3.4"));  // length in the family it means
}

TEST(Prefix, RefusesWhatIsNone) {
  for (const char* text :
       {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8 ", "10.0.0.0/8/8",
        "10.0.0.0/+8", "::/129", "::/99999999999", "x/8", "10.0.0.0/a"})
    EXPECT_FALSE(Prefix::parse(text)) << text;
  EXPECT_EQ(Prefix::parse("10.0.0.0/8")->text(), "10.0.0.0/8");
  EXPECT_EQ(Prefix::parse("fd00::")->text(), "fd00::/128");
  EXPECT_EQ(Prefix::parse("10.0.0.1")->text(), "10.0.0.1/32");
}

}  // namespace
}  // namespace picket
