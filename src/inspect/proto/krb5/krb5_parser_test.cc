// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/krb5/krb5_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/krb5/descriptor.h"
#include "inspect/proto/krb5/weird.h"

namespace picket::inspect::krb5 {
namespace {

using enum Direction;

std::string ber(int tag, const std::string& content) {
  std::string out(1, static_cast<char>(tag));
  if (content.size() >= 0x80) out += '\x81';
  return out + static_cast<char>(content.size()) + content;
}
std::string number(int tag, char value) { return ber(tag, ber(2, std::string(1, value))); }
std::string name(int tag, const std::string& first, const std::string& second = {}) {
  return ber(tag,
             ber(0x30, number(0xa0, 1) +
                           ber(0xa1, ber(0x30, ber(0x1b, first) +
                                                   (second.empty() ? "" : ber(0x1b, second))))));
}
std::string as_request() {
  return ber(0x6a,
             ber(0x30, number(0xa1, 5) + number(0xa2, 10) +
                           ber(0xa4, ber(0x30, ber(0xa0, ber(3, "flags")) + name(0xa1, "test") +
                                                   ber(0xa2, ber(0x1b, "DOM")) +
                                                   name(0xa3, "krbtgt", "DOM")))));
}
std::string as_reply() {
  const std::string ticket = ber(
      0x61, ber(0x30, number(0xa0, 5) + ber(0xa1, ber(0x1b, "DOM")) + name(0xa2, "krbtgt", "DOM") +
                          ber(0xa3, ber(0x30, number(0xa0, 18)))));
  return ber(0x6b, ber(0x30, number(0xa0, 5) + number(0xa1, 11) + ber(0xa3, ber(0x1b, "DOM")) +
                                 name(0xa4, "test") + ber(0xa5, ticket) +
                                 ber(0xa6, ber(0x30, number(0xa0, 23)))));
}
std::string error() {
  return ber(0x7e, ber(0x30, number(0xa0, 5) + number(0xa1, 30) + number(0xa6, 25) +
                                 ber(0xa9, ber(0x1b, "DOM")) + name(0xaa, "krbtgt", "DOM")));
}
std::string framed(const std::string& message) {
  return std::string("\0\0\0", 3) + static_cast<char>(message.size()) + message;
}

TEST(Krb5, ReadsRequestsAndReplies) {
  for (const size_t size : {1u, 4096u}) {
    Talk talk(kTcpDescriptor);
    talk.slowly(kToServer, framed(as_request()), size).slowly(kToClient, framed(as_reply()), size);
    ASSERT_EQ(talk.count(), 2u);
    EXPECT_EQ(talk.field(0, FieldId::k_krb5_msg_type, kToServer), 10);
    EXPECT_EQ(talk.buffer(0, BufferId::k_krb5_sname, kToServer, 1), "DOM");
    EXPECT_EQ(talk.buffer(0, BufferId::k_krb5_cname, kToClient), "(none)");
    EXPECT_EQ(talk.field(1, FieldId::k_krb5_weak_encryption, kToClient), 1);
    EXPECT_EQ(
        talk.eve(1),
        R"({"msg_type":"KRB_AS_REP","cname":"test","realm":"DOM","sname":"krbtgt/DOM","encryption":"rc4-hmac",)"
        R"("weak_encryption":true,"ticket_encryption":"aes256-cts-hmac-sha1-96","ticket_weak_encryption":false})");
  }
}

TEST(Krb5, ErrorsNameWhatFailed) {
  Talk talk(kDescriptor);
  talk.client(as_request()).server(error());
  EXPECT_EQ(talk.field(1, FieldId::k_krb5_err_code, kToClient), 25);
  EXPECT_EQ(
      talk.eve(1),
      R"({"msg_type":"KRB_ERROR","failed_request":"KRB_AS_REQ","error_code":"KDC_ERR_PREAUTH_REQUIRED","cname":"<empty>",)"
      R"("realm":"<empty>","sname":"krbtgt/DOM","encryption":"<none>","weak_encryption":false})");
}

TEST(Krb5, FaultsAndBounds) {
  Talk talk(kDescriptor);
  talk.client("\x6a\x02\x30\x00x");
  talk.client("\x04\x01x");
  EXPECT_TRUE(talk.has_event(1, "malformed_data"));
  Talk longer(kTcpDescriptor);
  const uint64_t before = counter_of(Weird::kMessageTooLong).value();
  longer.client("\x7f\xff\xff\xff\x6a");
  EXPECT_EQ(longer.status, ParseStatus::kFailed);
  EXPECT_EQ(counter_of(Weird::kMessageTooLong).value(), before + 1);
}

TEST(Krb5, Probe) {
  using enum ProtocolDescriptor::Verdict;
  EXPECT_EQ(probe(kToServer, as_bytes(as_request()), false), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes(as_reply()), false), kReversed);
  EXPECT_EQ(probe_stream(kToServer, as_bytes(framed(as_request())), false), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes("\x6a\x05\x30\x03\x04\x01x"), false), kNo);
}

}  // namespace
}  // namespace picket::inspect::krb5
