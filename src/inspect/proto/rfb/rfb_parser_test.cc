// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/rfb/rfb_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/rfb/descriptor.h"
#include "inspect/proto/rfb/weird.h"

namespace picket::inspect::rfb {
namespace {

using enum Direction;

std::string u32(uint32_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
  return out;
}
std::string server_init(const std::string& name) {
  return std::string("\x03\x20\x02\x58\x20\x18\0\1\0\xff\0\xff\0\xff\x10\x08\0\0\0\0", 20) +
         u32(static_cast<uint32_t>(name.size())) + name;
}

TEST(Rfb, TheOpeningIsOneTransactionHoweverItIsCut) {
  for (const size_t size : {1u, 4096u}) {
    Talk talk(kDescriptor);
    talk.slowly(kToClient, "RFB 003.008\n", size).slowly(kToServer, "RFB 003.008\n", size);
    talk.slowly(kToClient, "\2\1\2", size).slowly(kToServer, "\2", size);
    talk.slowly(kToClient, std::string(16, 'c'), size)
        .slowly(kToServer, std::string(16, 'r'), size);
    talk.slowly(kToClient, u32(0), size).slowly(kToServer, "\1", size);
    talk.slowly(kToClient, server_init("desk"), size);
    ASSERT_EQ(talk.count(), 1u);
    EXPECT_TRUE(talk.tx(0).done());
    EXPECT_EQ(talk.status, ParseStatus::kFinished);
    EXPECT_EQ(talk.buffer(0, BufferId::k_rfb_name, kToClient), "desk");
    EXPECT_EQ(talk.field(0, FieldId::k_rfb_sectype, kToServer), 2);
    EXPECT_EQ(talk.field(0, FieldId::k_rfb_secresult, kToClient), 0);
    EXPECT_NE(talk.eve(0).find(R"("security_result":"OK")"), std::string::npos);
    EXPECT_NE(talk.eve(0).find(R"("screen_shared":true,"framebuffer":{"width":800,"height":600)"),
              std::string::npos);
    EXPECT_NE(talk.eve(0).find(R"("red_shift":16,"green_shift":8,"blue_shift":0)"),
              std::string::npos);
  }
}

TEST(Rfb, ThreeSevenWithoutSecurityHasNoResult) {
  Talk talk(kDescriptor);
  talk.server("RFB 003.007\n").client("RFB 003.007\n").server("\1\1").client("\1");
  talk.client(std::string(1, '\0')).server(server_init("x"));
  EXPECT_TRUE(talk.tx(0).done());
  EXPECT_EQ(talk.field(0, FieldId::k_rfb_secresult, kToClient), -1);
}

TEST(Rfb, ARefusalGivesItsReason) {
  Talk talk(kDescriptor);
  talk.server("RFB 003.003\n").client("RFB 003.003\n").server(u32(0) + u32(4) + "busy");
  EXPECT_TRUE(talk.tx(0).done());
  EXPECT_NE(talk.eve(0).find(R"("server_security_failure_reason":"busy")"), std::string::npos);
}

TEST(Rfb, BoundsAndFaults) {
  const uint64_t long_names = counter_of(Weird::kTooLong).value();
  const uint64_t versions = counter_of(Weird::kBadVersion).value();
  const uint64_t security = counter_of(Weird::kUnknownSecurity).value();
  Talk talk(kDescriptor);
  talk.server("RFB 003.008\n").client("RFB 003.008\n").server(std::string(1, '\0'));
  talk.server(u32(kTextMax + 1));
  EXPECT_EQ(counter_of(Weird::kTooLong).value(), long_names + 1);
  Talk odd(kDescriptor);
  odd.server("RFB 00x.008\n");
  EXPECT_EQ(counter_of(Weird::kBadVersion).value(), versions + 1);
  Talk sealed(kDescriptor);
  sealed.server("RFB 003.008\n").client("RFB 003.008\n").server("\1\x1e").client("\x1e");
  EXPECT_EQ(counter_of(Weird::kUnknownSecurity).value(), security + 1);
  EXPECT_EQ(sealed.field(0, FieldId::k_rfb_sectype, kToServer), 30);
  EXPECT_TRUE(sealed.tx(0).done());
}

TEST(Rfb, Probe) {
  using enum ProtocolDescriptor::Verdict;
  EXPECT_EQ(probe(kToClient, as_bytes("RFB 003.008\n"), false), kYes);
  EXPECT_EQ(probe(kToClient, as_bytes("RFB"), false), kMore);
  EXPECT_EQ(probe(kToClient, as_bytes("RFC 2616"), false), kNo);
}

}  // namespace
}  // namespace picket::inspect::rfb
