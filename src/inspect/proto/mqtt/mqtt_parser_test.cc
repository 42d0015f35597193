// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/mqtt/mqtt_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/mqtt/descriptor.h"
#include "inspect/proto/mqtt/weird.h"

namespace picket::inspect::mqtt {
namespace {

using enum Direction;

std::string text(std::string_view value) {
  return std::string{static_cast<char>(value.size() >> 8), static_cast<char>(value.size())} +
         std::string(value);
}
std::string packet(int first, const std::string& content) {
  return std::string{static_cast<char>(first), static_cast<char>(content.size())} + content;
}
std::string connect(char version) {
  return packet(0x10, text("MQTT") + version + std::string("\xc2\0\x3c", 3) +
                          (version == 5 ? std::string("\3\x21\0\x14", 4) : "") + text("me") +
                          text("user") + text("pass"));
}
std::string connack() { return packet(0x20, std::string("\0\0", 2)); }

TEST(Mqtt, ExchangesAreTransactions) {
  for (const size_t size : {1u, 4096u}) {
    Talk talk(kDescriptor);
    talk.slowly(kToServer, connect(4), size).slowly(kToClient, connack(), size);
    talk.slowly(kToServer, packet(0x34, text("t") + std::string("\0\1", 2) + "hello"), size);
    talk.slowly(kToClient, packet(0x50, std::string("\0\1", 2)), size);
    EXPECT_FALSE(talk.tx(1).done());
    talk.slowly(kToServer, packet(0x62, std::string("\0\1", 2)), size);
    talk.slowly(kToClient, packet(0x70, std::string("\0\1", 2)), size);
    ASSERT_EQ(talk.count(), 2u);
    EXPECT_TRUE(talk.tx(0).done() && talk.tx(1).done());
    EXPECT_EQ(talk.buffer(0, BufferId::k_mqtt_connect_username, kToServer), "user");
    EXPECT_EQ(talk.field(0, FieldId::k_mqtt_type, kToServer, 1), kConnAck);
    EXPECT_EQ(talk.buffer(1, BufferId::k_mqtt_publish_topic, kToServer), "t");
    EXPECT_EQ(talk.buffer(1, BufferId::k_mqtt_publish_message, kToServer), "hello");
    EXPECT_EQ(talk.buffer(1, BufferId::k_mqtt_publish_message, kToClient), "(none)");
    EXPECT_TRUE(talk.tx(1).events.empty());
  }
}

TEST(Mqtt, VersionFiveHasPropertiesAndReasons) {
  Talk talk(kDescriptor);
  talk.client(connect(5))
      .server(packet(0x20, std::string("\0\x86\3\x22\0\x0a", 6)))
      .client(packet(0xe0, ""));
  EXPECT_NE(talk.eve(0).find(R"("properties":{"receive_maximum":20}},"connack")"),
            std::string::npos)
      << talk.eve(0);
  EXPECT_EQ(talk.field(0, FieldId::k_mqtt_reason_code, kToServer), 134);
  EXPECT_EQ(talk.eve(1), R"({"disconnect":{"qos":0,"retain":false,"dup":false,"reason_code":0}})");
}

TEST(Mqtt, SubscriptionsAndTheirBound) {
  Talk talk(kDescriptor);
  talk.client(connect(4)).server(connack());
  talk.client(packet(0x82, std::string("\0\1", 2) + text("a") + '\1' + text("b") + '\0'));
  talk.server(packet(0x90, std::string("\0\1\1\0", 4)));
  EXPECT_EQ(talk.buffer(1, BufferId::k_mqtt_subscribe_topic, kToServer, 1), "b");
  EXPECT_NE(talk.eve(1).find(R"("topics":[{"topic":"a","qos":1},{"topic":"b","qos":0}])"),
            std::string::npos);
  EXPECT_NE(talk.eve(1).find(R"("qos_granted":[1,0])"), std::string::npos);
  std::string many("\0\2", 2);
  for (size_t i = 0; i <= kTopicsMax; ++i) many += text("x");
  const uint64_t before = counter_of(Weird::kTooManyTopics).value();
  const size_t length = many.size();
  talk.client(std::string{static_cast<char>(0xa2), static_cast<char>((length & 0x7f) | 0x80),
                          static_cast<char>(length >> 7)} +
              many);
  EXPECT_EQ(counter_of(Weird::kTooManyTopics).value(), before + 1);
}

TEST(Mqtt, OddOrderIsTold) {
  Talk talk(kDescriptor);
  talk.client(packet(0x30, text("t")))
      .server(packet(0x40, std::string("\0\1", 2)))
      .server(connack());
  EXPECT_TRUE(talk.has_event(0, "unintroduced_message"));
  EXPECT_TRUE(talk.has_event(1, "missing_publish"));
  EXPECT_TRUE(talk.has_event(2, "missing_connect"));
  talk.client(connect(4)).client(connect(4)).client(packet(0x36, text("t") + "ab"));
  EXPECT_TRUE(talk.has_event(4, "double_connect"));
  EXPECT_TRUE(talk.has_event(5, "invalid_qos_level"));
}

TEST(Mqtt, MalformedEndsItAndLongIsPassedOver) {
  Talk talk(kDescriptor);
  talk.client("\x30\xff\xff\xff\x7f" + std::string(1000, 'x'));
  EXPECT_NE(talk.eve(0).find("\"truncated\":true"), std::string::npos);
  EXPECT_EQ(talk.waiting(kToServer), 0u);
  Talk broken(kDescriptor);
  broken.client(packet(0x10, text("MQTT") + '\5' + std::string("\2\0\1\x7f", 4)));
  EXPECT_EQ(broken.status, ParseStatus::kFailed);
  EXPECT_TRUE(broken.has_event(0, "malformed_traffic"));
}

TEST(Mqtt, ProbeWantsAConnect) {
  using enum ProtocolDescriptor::Verdict;
  EXPECT_EQ(probe(kToServer, as_bytes(connect(4)), false), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes(connect(4).substr(0, 5)), false), kMore);
  EXPECT_EQ(probe(kToServer, as_bytes("\x10\x0cxxMQTTxxxxx"), false), kNo);
  EXPECT_EQ(probe(kToClient, as_bytes(connack()), false), kNo);
  EXPECT_EQ(probe(kToClient, as_bytes(connack()), true), kYes);
}

}  // namespace
}  // namespace picket::inspect::mqtt
