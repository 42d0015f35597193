// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/header_list.h"

#include <gtest/gtest.h>

namespace picket::detect::suricata {
namespace {

bool holds(std::string_view list, std::string_view address) {
  return parse_addresses(list, Variables()).value().contains(*IpAddress::parse(address));
}
bool holds(std::string_view list, uint16_t port) {
  return parse_ports(list, Variables()).value().contains(port);
}

TEST(SuricataHeaderList, NegationTakesAwayFromWhatIsNamed) {
  EXPECT_TRUE(holds("[10.0.0.0/8,!10.1.0.0/16]", "10.2.3.4"));
  EXPECT_FALSE(holds("[10.0.0.0/8,!10.1.0.0/16]", "10.1.3.4"));
  EXPECT_FALSE(holds("[10.0.0.0/8,!10.1.0.0/16]", "11.2.3.4"));
  EXPECT_TRUE(holds("[!10.0.0.1,!10.0.0.2]", "10.0.0.3"));
  EXPECT_FALSE(holds("![10.0.0.1,10.0.0.2]", "10.0.0.2"));
  EXPECT_TRUE(holds("[10.0.0.0/8,![10.1.0.0/16,!10.1.1.1]]", "10.1.1.1"));
}

TEST(SuricataHeaderList, VariablesMeanWhatTheShippedConfigurationSays) {
  EXPECT_TRUE(holds("$HOME_NET", "192.168.1.1"));
  EXPECT_FALSE(holds("$HOME_NET", "8.8.8.8"));
  EXPECT_TRUE(holds("$EXTERNAL_NET", "8.8.8.8"));
  EXPECT_TRUE(holds("$EXTERNAL_NET", "2001:db8::1"));
  EXPECT_FALSE(holds("!$EXTERNAL_NET", "8.8.8.8"));
  EXPECT_TRUE(holds("$HTTP_PORTS", 80));
  EXPECT_FALSE(holds("$SHELLCODE_PORTS", 80));
}

TEST(SuricataHeaderList, BlocksRangesAndMasks) {
  EXPECT_TRUE(holds("10.0.0.0/255.0.0.0", "10.9.9.9"));
  EXPECT_TRUE(holds("10.0.0.5-10.0.0.9", "10.0.0.9"));
  EXPECT_FALSE(holds("10.0.0.5-10.0.0.9", "10.0.0.10"));
  EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(holds("[80,8000:8080,!8001]", 8080));
  EXPECT_FALSE(holds("[80,8000:8080,!8001]", 8001));
  EXPECT_TRUE(holds("1024:", 65535));
  EXPECT_TRUE(holds(":1024", 0));
}

TEST(SuricataHeaderList, SaysWhatIsWrong) {
  auto error = [](std::string_view list) {
    return parse_addresses(list, Variables()).error().message;
  };
  EXPECT_EQ(error("$NOWHERE"), "unknown address variable $NOWHERE");
  EXPECT_EQ(error("10.0.0.300"), "\"10.0.0.300\" is no address, block or range");
  EXPECT_EQ(error("!any"), "\"!any\" leaves no address");
  EXPECT_EQ(error("[10.0.0.1,!10.0.0.0/8]"), "\"[10.0.0.1,!10.0.0.0/8]\" leaves no address");
  EXPECT_FALSE(parse_ports("80:20", Variables()));
}

TEST(SuricataHeaderList, AVariableThatNamesItselfEndsAtTheDepthBound) {
  Variables variables;
  variables.set_address("LOOP", "[$LOOP]");
  EXPECT_FALSE(parse_addresses("$LOOP", variables));
  EXPECT_FALSE(parse_addresses(std::string(kHeaderListDepthMax + 2, '[') + "10.0.0.1" +
                                   std::string(kHeaderListDepthMax + 2, ']'),
                               variables));
}

}  // namespace
}  // namespace picket::detect::suricata
