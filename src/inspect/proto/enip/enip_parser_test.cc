// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/enip/enip_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/enip/descriptor.h"
#include "inspect/proto/enip/weird.h"

namespace picket::inspect::enip {
namespace {

using enum Direction;

std::string u16(size_t value) {
  return {static_cast<char>(value & 0xff), static_cast<char>(value >> 8 & 0xff)};
}
std::string message(uint16_t command, const std::string& data, char context = 'c') {
  return u16(command) + u16(data.size()) + std::string(8, '\0') + std::string(8, context) +
         std::string(4, '\0') + data;
}
std::string unit_data(const std::string& cip) {
  return std::string(6, '\0') + u16(2) + u16(0xa1) + u16(4) + "\1\2\3\4" + u16(0xb1) +
         u16(cip.size() + 2) + u16(7) + cip;
}

TEST(Enip, ListsIdentities) {
  const std::string identity = u16(1) + std::string(16, '\0') + u16(1) + u16(0x0c) + u16(58) +
                               "\4\3" + u16(0x30) + std::string("\1\0\0\0", 4) +
                               "\x05"
                               "PLC-5"
                               "\3";
  for (const size_t size : {1u, 4096u}) {
    Talk talk(kDescriptor);
    talk.slowly(kToServer, message(kListIdentity, ""), size);
    talk.slowly(kToClient,
                message(kListIdentity, u16(1) + u16(0x0c) + u16(identity.size()) + identity), size);
    ASSERT_EQ(talk.count(), 1u);
    EXPECT_TRUE(talk.tx(0).done());
    EXPECT_EQ(talk.field(0, FieldId::k_enip_command, kToServer), 99);
    EXPECT_EQ(talk.field(0, FieldId::k_enip_revision, kToClient), 0x403);
    EXPECT_EQ(talk.buffer(0, BufferId::k_enip_product_name, kToClient), "PLC-5");
    EXPECT_NE(
        talk.eve(0).find(R"("revision":"4.3","vendor_id":"Rockwell Automation/Allen-Bradley")"),
        std::string::npos);
    EXPECT_NE(talk.eve(0).find(R"("device_type":"Communications Adapter")"), std::string::npos);
  }
}

TEST(Enip, FollowsMultipleServicePackets) {
  const std::string read = std::string("\x4c\2\x20\x6b\x24\1", 6);
  const std::string cip =
      std::string("\x0a\2\x20\2\x24\1", 6) + u16(2) + u16(6) + u16(6 + read.size()) + read + read;
  Talk talk(kDescriptor);
  talk.client(message(kSendUnitData, unit_data(cip)));
  talk.server(message(kSendUnitData, unit_data(std::string("\x8a\0\x1e\1\5\0", 6) + u16(0))));
  EXPECT_EQ(talk.field(0, FieldId::k_cip_service, kToServer, 0), 10);
  EXPECT_EQ(talk.field(0, FieldId::k_cip_service, kToServer, 2), 0x4c);
  EXPECT_EQ(talk.field(0, FieldId::k_cip_class, kToServer, 1), 0x6b);
  EXPECT_EQ(talk.field(0, FieldId::k_cip_service, kToClient), 10);
  EXPECT_EQ(talk.field(0, FieldId::k_cip_status, kToClient), 0x1e);
  EXPECT_EQ(talk.field(0, FieldId::k_cip_extendedstatus, kToClient), 5);
  EXPECT_NE(
      talk.eve(0).find(
          R"("cip":{"service":"Multiple Service Packet","path":[{"segment_type":"class","value":2},{"segment_type":"instance","value":1}],"class_name":"Message Router")"),
      std::string::npos);
}

TEST(Enip, AnswersAreFoundByTheirContext) {
  Talk talk(kDescriptor);
  const uint64_t unasked = counter_of(Weird::kUnasked).value();
  talk.client(message(kSendRrData, unit_data("\1\0"), 'a')).client(message(kSendRrData, "", 'b'));
  talk.server(message(kSendRrData, std::string(6, '\0') + u16(0), 'b'));
  EXPECT_FALSE(talk.tx(0).done());
  EXPECT_TRUE(talk.tx(1).done());
  talk.server(message(kListServices, "", 'x'));
  EXPECT_EQ(talk.count(), 3u);
  EXPECT_EQ(counter_of(Weird::kUnasked).value(), unasked + 1);
}

TEST(Enip, BoundsAndFaults) {
  const uint64_t many = counter_of(Weird::kTooManyItems).value();
  const uint64_t malformed = counter_of(Weird::kMalformed).value();
  std::string items = std::string(6, '\0') + u16(kItemsMax + 1);
  for (size_t i = 0; i <= kItemsMax; ++i) items += u16(0) + u16(0);
  Talk talk(kDescriptor);
  talk.client(message(kSendRrData, items));
  EXPECT_EQ(counter_of(Weird::kTooManyItems).value(), many + 1);
  std::string offsets = u16(kCipMessagesMax + 1);
  for (size_t i = 0; i <= kCipMessagesMax; ++i) offsets += u16(0);
  talk.client(message(kSendUnitData, unit_data(std::string("\x0a\0", 2) + offsets)));
  EXPECT_EQ(counter_of(Weird::kTooManyItems).value(), many + 2);
  talk.client(message(kSendRrData, std::string(6, '\0') + u16(1) + u16(0xb2) + u16(9)));
  EXPECT_EQ(counter_of(Weird::kMalformed).value(), malformed + 1);
  for (size_t i = 0; i < kWaitingMax; ++i) talk.client(message(kListServices, ""));
  EXPECT_TRUE(talk.tx(0).done());
  talk.client(message(0x1234, ""));
  EXPECT_EQ(talk.status, ParseStatus::kFailed);
}

TEST(Enip, Probe) {
  using enum ProtocolDescriptor::Verdict;
  EXPECT_EQ(probe(kToServer, as_bytes(message(kListIdentity, "")), true), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes(message(kListIdentity, "")), false), kNo);
  EXPECT_EQ(probe(kToServer, as_bytes(message(0x1234, "")), true), kNo);
  EXPECT_EQ(probe(kToServer, as_bytes("c"), true), kMore);
}

}  // namespace
}  // namespace picket::inspect::enip
