// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ldap/ldap_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/ber.h"
#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/ldap/descriptor.h"
#include "inspect/proto/ldap/weird.h"

namespace picket::inspect::ldap {
namespace {

using enum Direction;

std::string ber(int tag, const std::string& content) {
  std::string out(1, static_cast<char>(tag));
  if (content.size() < 0x80) return out + static_cast<char>(content.size()) + content;
  return out + '\x82' + static_cast<char>(content.size() >> 8) + static_cast<char>(content.size()) +
         content;
}
std::string message(char id, int tag, const std::string& content) {
  return ber(0x30, ber(2, std::string(1, id)) + ber(tag, content));
}
std::string search(char id) {
  return message(id, 0x63,
                 ber(4, "dc=x") + ber(10, "\2") + ber(10, std::string(1, '\0')) +
                     ber(2, std::string("\3\xe8", 2)) + ber(2, "\x1e") +
                     ber(1, std::string(1, '\0')) + ber(0x87, "objectClass") +
                     ber(0x30, ber(4, "*") + ber(4, "+")));
}
std::string entry(char id) {
  return message(
      id, 0x64,
      ber(4, "dc=x") + ber(0x30, ber(0x30, ber(4, "dc") + ber(0x31, ber(4, "x") + ber(4, "y")))));
}
std::string done(char id, int code) {
  return message(id, 0x65,
                 ber(10, std::string(1, static_cast<char>(code))) + ber(4, "") + ber(4, "why"));
}

TEST(Ldap, ARequestWithItsResponses) {
  for (const size_t size : {1u, 4096u}) {
    Talk talk(kDescriptor);
    talk.slowly(kToServer, search(2), size).slowly(kToClient, entry(2), size);
    EXPECT_FALSE(talk.tx(0).done());
    talk.slowly(kToClient, done(2, 4), size);
    ASSERT_EQ(talk.count(), 1u);
    EXPECT_TRUE(talk.tx(0).done());
    EXPECT_EQ(talk.buffer(0, BufferId::k_ldap_request_dn, kToServer), "dc=x");
    EXPECT_EQ(talk.buffer(0, BufferId::k_ldap_request_attribute_type, kToServer, 1), "+");
    EXPECT_EQ(talk.buffer(0, BufferId::k_ldap_responses_attribute_type, kToClient), "dc");
    EXPECT_EQ(talk.buffer(0, BufferId::k_ldap_responses_message, kToClient), "why");
    EXPECT_EQ(talk.field(0, FieldId::k_ldap_responses_count, kToClient), 2);
    EXPECT_EQ(talk.field(0, FieldId::k_ldap_responses_operation, kToClient, 1), kSearchResultDone);
    EXPECT_EQ(talk.field(0, FieldId::k_ldap_responses_result_code, kToClient), 4);
  }
  Talk talk(kDescriptor);
  talk.client(search(2)).server(entry(2) + done(2, 4));
  EXPECT_EQ(
      talk.eve(0),
      R"({"request":{"message_id":2,"operation":"search_request","search_request":{"base_object":"dc=x","scope":2,)"
      R"("deref_alias":0,"size_limit":1000,"time_limit":30,"types_only":false,"attributes":["*","+"]}},)"
      R"("responses":[{"operation":"search_result_entry","search_result_entry":{"base_object":"dc=x",)"
      R"("attributes":[{"type":"dc","values":["x","y"]}]}},{"operation":"search_result_done","search_result_done":)"
      R"({"result_code":"size_limit_exceeded","matched_dn":"","message":"why"}}]})");
}

TEST(Ldap, StartTlsHandsOver) {
  Talk talk(kDescriptor);
  talk.client(message(1, 0x77, ber(0x80, "1.3.6.1.4.1.1466.20037")));
  talk.server(message(1, 0x78, ber(10, std::string(1, '\0')) + ber(4, "") + ber(4, "")));
  EXPECT_EQ(talk.flow.change_to, AppProtocol::kTls);
}

TEST(Ldap, OddMessages) {
  Talk talk(kDescriptor);
  talk.server(done(9, 0));
  EXPECT_TRUE(talk.has_event(0, "request_not_found"));
  talk.client(message(3, 0x42, ""));
  EXPECT_TRUE(talk.tx(1).done());
  talk.client("\x30\x03\x04\x01x");
  EXPECT_EQ(talk.status, ParseStatus::kFailed);
}

TEST(Ldap, ResponsesAndItemsAreBounded) {
  Talk talk(kDescriptor);
  const uint64_t before = counter_of(Weird::kTooManyResponses).value();
  talk.client(search(2));
  for (size_t i = 0; i <= kResponsesMax; ++i) talk.server(entry(2));
  EXPECT_EQ(talk.field(0, FieldId::k_ldap_responses_count, kToClient),
            static_cast<int64_t>(kResponsesMax));
  EXPECT_EQ(counter_of(Weird::kTooManyResponses).value(), before + 1);
  const uint64_t items = counter_of(Weird::kTooManyItems).value();
  std::string values;
  for (size_t i = 0; i <= kValuesMax; ++i) values += ber(4, "v");
  talk.server(
      message(2, 0x64, ber(4, "d") + ber(0x30, ber(0x30, ber(4, "t") + ber(0x31, values)))));
  EXPECT_EQ(counter_of(Weird::kTooManyItems).value(), items + 1);
  const uint64_t longer = counter_of(Weird::kMessageTooLong).value();
  talk.client("\x30\x84\x7f\xff\xff\xff");
  EXPECT_EQ(counter_of(Weird::kMessageTooLong).value(), longer + 1);
}

TEST(Ldap, ProbeWantsTheEnvelope) {
  using enum ProtocolDescriptor::Verdict;
  EXPECT_EQ(probe(kToServer, as_bytes(search(1)), false), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes(done(1, 0)), false), kReversed);
  EXPECT_EQ(probe(kToServer, as_bytes(std::string_view("\x30\x0c\x02", 3)), false), kMore);
  EXPECT_EQ(
      probe(kToServer, as_bytes(std::string_view("\x30\x26\x02\x01\x01\x04\x06public", 13)), false),
      kNo);  // SNMP
}

TEST(Ber, NumbersAndIdentifiers) {
  EXPECT_EQ(ber_integer(as_bytes(std::string_view("\xff", 1))), -1);
  EXPECT_EQ(ber_integer(as_bytes(std::string_view("\x00\x80", 2))), 128);
  EXPECT_FALSE(ber_integer({}));
  EXPECT_EQ(ber_oid(as_bytes(std::string_view("\x2b\x06\x01\x04\x01\x8b\x3a", 7))),
            "1.3.6.1.4.1.1466");
  bool bad = false;
  EXPECT_FALSE(ber_size(as_bytes(std::string_view("\x30\x80", 2)), bad));
  EXPECT_TRUE(bad);
  BerReader reader(as_bytes(std::string_view("\x04\x05x", 3)));
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.failed());
}

}  // namespace
}  // namespace picket::inspect::ldap
