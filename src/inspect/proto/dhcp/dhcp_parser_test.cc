// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dhcp/dhcp_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/dhcp/descriptor.h"
#include "inspect/proto/dhcp/weird.h"

namespace picket::inspect::dhcp {
namespace {

using enum Direction;

std::string message(char op, const std::string& options) {
  std::string out(240, '\0');
  out[0] = op;
  out[2] = 6;
  out.replace(4, 4, "\x01\x02\x03\x04");
  out.replace(16, 4, "\xc0\x00\x02\x07", 4);
  out.replace(28, 6, "\xaa\xbb\xcc\xdd\xee\xff");
  out.replace(236, 4, "\x63\x82\x53\x63");
  return out + options;
}

TEST(Dhcp, ReadsAnswersWithTheirOptions) {
  Talk talk(kDescriptor);
  talk.server(
      message(2, std::string("\x35\1\2\x33\4\0\0\x0e\x10\6\4\x0a\0\0\1\x03\4\x0a\0\0\2\xff", 22)));
  EXPECT_EQ(talk.field(0, FieldId::k_dhcp_leasetime, kToClient), 3600);
  EXPECT_EQ(talk.field(0, FieldId::k_dhcp_leasetime, kToServer), -1);
  EXPECT_EQ(
      talk.eve(0),
      R"({"type":"reply","id":16909060,"client_mac":"aa:bb:cc:dd:ee:ff","assigned_ip":"192.0.2.7",)"
      R"("client_ip":"0.0.0.0","relay_ip":"0.0.0.0","next_server_ip":"0.0.0.0","dhcp_type":"offer",)"
      R"("lease_time":3600,"routers":["10.0.0.2"],"dns_servers":["10.0.0.1"]})");
}

TEST(Dhcp, OptionsMayGoOnInTheFieldsForNames) {
  std::string bytes = message(1, std::string("\x34\1\3\xff", 4));
  bytes.replace(108, 5, std::string("\x0c\2pc\xff", 5));
  bytes.replace(44, 6, std::string("\x37\3\1\3\x0f\xff", 6));
  Talk talk(kDescriptor);
  talk.client(bytes);
  EXPECT_NE(talk.eve(0).find(R"("hostname":"pc","params":["subnet_mask","router","domain"])"),
            std::string::npos);
}

TEST(Dhcp, OptionsThatAreNotAreTold) {
  Talk talk(kDescriptor);
  talk.client(message(1, std::string("\x33\2\1\1\x0c\x7fx", 7)));
  EXPECT_TRUE(talk.has_event(0, "malformed_options"));
  EXPECT_TRUE(talk.has_event(0, "truncated_options"));
  std::string many;
  for (size_t i = 0; i < 2 * kOptionsMax; ++i) many += std::string("\x0c\0", 2);
  const uint64_t before = counter_of(Weird::kMalformed).value();
  talk.client(message(1, many)).client("short");
  EXPECT_EQ(talk.count(), 2u);
  EXPECT_EQ(counter_of(Weird::kMalformed).value(), before + 1);
}

TEST(Dhcp, Probe) {
  using enum ProtocolDescriptor::Verdict;
  EXPECT_EQ(probe(kToServer, as_bytes(message(1, "")), true), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes(message(2, "")), true), kReversed);
  EXPECT_EQ(probe(kToServer, as_bytes(message(1, "")), false), kNo);
  EXPECT_EQ(probe(kToServer, as_bytes(std::string(240, '\1')), true), kNo);
}

}  // namespace
}  // namespace picket::inspect::dhcp
