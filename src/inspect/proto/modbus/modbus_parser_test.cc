// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/modbus/modbus_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/modbus/descriptor.h"
#include "inspect/proto/modbus/weird.h"

namespace picket::inspect::modbus {
namespace {

using enum Direction;

std::string message(char transaction, char unit, const std::string& body) {
  return std::string{'\0', transaction, '\0', '\0', '\0', static_cast<char>(body.size() + 1),
                     unit} +
         body;
}

TEST(Modbus, ARequestWithItsAnswer) {
  for (const size_t size : {1u, 4096u}) {
    Talk talk(kDescriptor);
    talk.slowly(kToServer, message(1, 10, std::string("\1\0\1\0\3", 5)), size);
    EXPECT_FALSE(talk.tx(0).done());
    talk.slowly(kToClient, message(1, 10, std::string("\1\1\5", 3)), size);
    ASSERT_EQ(talk.count(), 1u);
    EXPECT_TRUE(talk.tx(0).done());
    EXPECT_EQ(
        talk.eve(0),
        R"({"id":1,"request":{"transaction_id":1,"protocol_id":0,"unit_id":10,"function_raw":1,"function_code":"RdCoils","access_type":"READ | COILS","category":"PUBLIC_ASSIGNED","error_flags":"NONE","read":{"address":1,"quantity":3}},"response":{"transaction_id":1,"protocol_id":0,"unit_id":10,"function_raw":1,"function_code":"RdCoils","access_type":"READ | COILS","category":"PUBLIC_ASSIGNED","error_flags":"NONE","data":"0105"}})");
    EXPECT_EQ(talk.field(0, FieldId::k_modbus_unit, kToServer), 10);
    EXPECT_EQ(talk.field(0, FieldId::k_modbus_address, kToServer, 0), 1);
    EXPECT_EQ(talk.field(0, FieldId::k_modbus_address, kToServer, 1), 3);
  }
}

TEST(Modbus, WritesTellTheirValues) {
  Talk talk(kDescriptor);
  talk.client(message(1, 1, std::string("\x10\0\7\0\2\4\0\5\1\0", 10)));
  EXPECT_EQ(talk.field(0, FieldId::k_modbus_value, kToServer, 0), 5);
  EXPECT_EQ(talk.field(0, FieldId::k_modbus_value, kToServer, 1), 256);
  talk.client(message(2, 1, std::string("\x0f\0\0\0\x0a\2\1\2", 8)));
  EXPECT_EQ(talk.field(1, FieldId::k_modbus_value, kToServer, 0), 1);
  EXPECT_EQ(talk.field(1, FieldId::k_modbus_value, kToServer, 9), 1);
  EXPECT_EQ(talk.field(1, FieldId::k_modbus_value, kToServer, 10), -1);
  talk.client(message(3, 1, std::string("\x17\0\1\0\1\0\7\0\1\2\0\x2a", 12)));
  EXPECT_EQ(talk.field(2, FieldId::k_modbus_address, kToServer, 2), 7);
}

TEST(Modbus, ExceptionsAndSubfunctionsHaveNames) {
  Talk talk(kDescriptor);
  talk.client(message(1, 1, std::string("\x08\0\4\0\0", 5))).server(message(1, 1, "\x88\1"));
  EXPECT_NE(
      talk.eve(0).find(R"("diagnostic":{"raw":4,"code":"ForceListenOnlyMode","data":"0000"})"),
      std::string::npos);
  EXPECT_NE(talk.eve(0).find(R"("exception":{"raw":1,"code":"IllegalFunction"})"),
            std::string::npos);
  talk.client(message(2, 1, std::string("\x2b\x0e\1\0", 4)));
  EXPECT_NE(talk.eve(1).find(R"("function_code":"MEI")"), std::string::npos);
  EXPECT_EQ(talk.field(1, FieldId::k_modbus_category, kToServer), kAssigned);
  talk.client(message(3, 1, "\x41"));
  EXPECT_EQ(talk.field(2, FieldId::k_modbus_category, kToServer), kUser);
}

TEST(Modbus, BoundsAndFaults) {
  const uint64_t waiting = counter_of(Weird::kTooManyWaiting).value();
  const uint64_t unasked = counter_of(Weird::kUnasked).value();
  const uint64_t malformed = counter_of(Weird::kMalformed).value();
  Talk talk(kDescriptor);
  for (size_t i = 0; i <= kWaitingMax; ++i) talk.client(message(1, 1, "\7"));
  EXPECT_EQ(counter_of(Weird::kTooManyWaiting).value(), waiting + 1);
  EXPECT_TRUE(talk.tx(0).done());
  talk.server(message(9, 9, "\7"));
  EXPECT_EQ(counter_of(Weird::kUnasked).value(), unasked + 1);
  talk.client(message(2, 1, std::string("\1\0", 2)));
  EXPECT_EQ(counter_of(Weird::kMalformed).value(), malformed + 1);
  talk.client(std::string("\0\1\0\1\0\2\1\7", 8));
  EXPECT_EQ(talk.status, ParseStatus::kFailed);
}

TEST(Modbus, Probe) {
  using enum ProtocolDescriptor::Verdict;
  EXPECT_EQ(probe(kToServer, as_bytes(message(1, 1, "\7")), true), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes(message(1, 1, "\7")), false), kNo);
  EXPECT_EQ(probe(kToServer, as_bytes("GET / HTTP/1.1"), true), kNo);
}

}  // namespace
}  // namespace picket::inspect::modbus
