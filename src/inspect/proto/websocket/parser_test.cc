// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/websocket/parser.h"

#include <gtest/gtest.h>

#include "inspect/app/conversation_for_tests.h"
#include "inspect/proto/websocket/descriptor.h"

namespace picket::inspect::websocket {
namespace {

using enum Direction;
using enum BufferId;

// The examples of RFC 6455 5.7 and RFC 7692 7.2.3.
const std::string kMaskedHello("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11);
const std::string kFragments =
    std::string("\x01\x03Hel", 5) + std::string("\x89\x01!", 3) + std::string("\x80\x02lo", 4);
const std::string kCompressedHello("\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00", 9);

class WebSocketPieces : public testing::TestWithParam<size_t> {};

TEST_P(WebSocketPieces, ExamplesOfTheRfcs) {
  Conversation talk(kDescriptor, GetParam());
  talk.client(kMaskedHello)
      .server(kFragments)
      .server(kCompressedHello)
      .server("\x8a" + std::string(1, '\0'));
  ASSERT_EQ(talk.count(), 5u);
  EXPECT_EQ(talk.text(k_websocket_payload, kToServer, 0, 0), "Hello");
  EXPECT_EQ(talk.transaction(0).field(FieldId::k_websocket_mask, kToServer, 0), 0x37fa213d);
  EXPECT_EQ(talk.text(k_websocket_payload, kToClient, 0, 1), "!");
  EXPECT_EQ(talk.transaction(1).field(FieldId::k_websocket_opcode, kToClient, 0), 9);
  EXPECT_EQ(talk.text(k_websocket_payload, kToClient, 0, 2), "Hello");
  EXPECT_EQ(talk.transaction(2).field(FieldId::k_websocket_mask, kToClient, 0), std::nullopt);
  EXPECT_EQ(talk.text(k_websocket_payload, kToClient, 0, 3), "Hello");
  EXPECT_EQ(talk.text(k_websocket_payload, kToServer, 0, 3), "(none)");
  EXPECT_EQ(talk.eve(0), R"({"fin":true,"mask":939139389,"opcode":"text"})");
  EXPECT_EQ(talk.eve(4), R"({"fin":true,"opcode":"pong"})");
  EXPECT_TRUE(talk.transaction(4).done());
}
INSTANTIATE_TEST_SUITE_P(WebSocket, WebSocketPieces, testing::Values(1, 3, 100000));

TEST(WebSocketParser, LongMessagesAreCutWithAnEvent) {
  const size_t size = WebSocketParser::kPayloadMax + 10;
  std::string said("\x82\x7f\0\0\0\0", 6);
  for (int shift = 24; shift >= 0; shift -= 8) said += static_cast<char>(size >> shift);
  Conversation talk(kDescriptor);
  talk.server(said + std::string(size, 'x') + "\x81\x01y");
  ASSERT_EQ(talk.count(), 2u);
  EXPECT_EQ(talk.text(k_websocket_payload, kToClient).size(), WebSocketParser::kPayloadMax);
  EXPECT_TRUE(talk.has_event("skip_end_of_payload"));
  EXPECT_FALSE(talk.has_event("skip_end_of_payload", 1));
}

TEST(WebSocketParser, BadCompressionLeavesTheBytes) {
  Conversation talk(kDescriptor);
  talk.server("\xc1\x03\xff\xff\xff");
  EXPECT_EQ(talk.text(k_websocket_payload, kToClient), "\xff\xff\xff");
}

TEST(WebSocketParser, GapsInsideAFrameAreSurvived) {
  Conversation talk(kDescriptor);
  talk.server(
      "\x82\x05"
      "ab");
  EXPECT_EQ(talk.parser->on_gap(kToClient, 2, talk.flow), ParseStatus::kOk);
  talk.server("e");
  ASSERT_EQ(talk.count(), 1u);
  EXPECT_EQ(talk.parser->on_gap(kToClient, 2, talk.flow), ParseStatus::kFailed);
}

}  // namespace
}  // namespace picket::inspect::websocket
