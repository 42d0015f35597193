// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/sip/sip_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/sip/descriptor.h"
#include "inspect/proto/sip/weird.h"

namespace picket::inspect::sip {
namespace {

using enum Direction;

const std::string kInvite =
    "INVITE sip:bob@example.com SIP/2.0\r\nv: SIP/2.0/UDP a\r\nVia: SIP/2.0/UDP b\r\nf: "
    "<sip:al@example.com>\r\n"
    "To: Bob\r\n <sip:bob@example.com>\r\nc: application/sdp\r\nl: 61\r\n\r\n"
    "v=0\r\no=x 1 1 IN IP4 a\r\ns=call\r\nt=1 2\r\nm=audio 1\r\na=rtpmap:0\r\n";

TEST(Sip, ReadsRequestsWithTheirDescription) {
  Talk talk(kDescriptor);
  talk.client(kInvite);
  ASSERT_EQ(talk.count(), 1u);
  EXPECT_EQ(talk.buffer(0, BufferId::k_sip_method, kToServer), "INVITE");
  EXPECT_EQ(talk.buffer(0, BufferId::k_sip_uri, kToServer), "sip:bob@example.com");
  EXPECT_EQ(talk.buffer(0, BufferId::k_sip_via, kToServer, 1), "SIP/2.0/UDP b");
  EXPECT_EQ(talk.buffer(0, BufferId::k_sip_to, kToServer), "Bob <sip:bob@example.com>");
  EXPECT_EQ(talk.buffer(0, BufferId::k_sip_to, kToClient), "(none)");
  EXPECT_EQ(talk.buffer(0, BufferId::k_sdp_session_name, kToServer), "call");
  EXPECT_EQ(talk.buffer(0, BufferId::k_sdp_media_attribute, kToServer), "rtpmap:0");
  EXPECT_EQ(talk.buffer(0, BufferId::k_sip_stat_code, kToServer), "(none)");
  EXPECT_NE(
      talk.eve(0).find(R"("media_descriptions":[{"media":"audio 1","attributes":["rtpmap:0"]}])"),
      std::string::npos);
}

TEST(Sip, StreamsMayBeCutAnywhere) {
  const std::string stream = "\r\n\r\n" + kInvite + "BYE sip:b SIP/2.0\r\n\r\n";
  for (const size_t size : {1u, 50u, 4096u}) {
    Talk talk(kTcpDescriptor);
    talk.slowly(kToServer, stream, size);
    ASSERT_EQ(talk.count(), 2u) << size;
    EXPECT_EQ(talk.buffer(1, BufferId::k_sip_method, kToServer), "BYE");
    EXPECT_EQ(talk.waiting(kToServer), 0u);
  }
}

TEST(Sip, AnswersHaveCodes) {
  Talk talk(kDescriptor);
  talk.server("SIP/2.0 401 Not you\r\n\r\n");
  EXPECT_EQ(
      talk.eve(0),
      R"({"version":"SIP/2.0","response_line":"SIP/2.0 401 Not you","code":"401","reason":"Not you"})");
  EXPECT_EQ(talk.buffer(0, BufferId::k_sip_stat_msg, kToClient), "Not you");
}

TEST(Sip, Bounds) {
  Talk talk(kDescriptor);
  std::string many = "BYE sip:b SIP/2.0\r\n";
  for (size_t i = 0; i <= kHeadersMax; ++i) many += "X: y\r\n";
  const uint64_t headers = counter_of(Weird::kTooManyHeaders).value();
  talk.client(many + "\r\n");
  EXPECT_EQ(counter_of(Weird::kTooManyHeaders).value(), headers + 1);
  std::string lines = "v=0\r\n";
  for (size_t i = 0; i <= kSdpLinesMax; ++i) lines += "a=b\r\n";
  EXPECT_EQ(read_sdp(lines).attributes.size(), kSdpLinesMax - 1);
  Talk endless(kTcpDescriptor);
  endless.client("BYE sip:b SIP/2.0\r\nX: " + std::string(kHeadMax, 'y'));
  EXPECT_EQ(endless.status, ParseStatus::kFailed);
  Talk broken(kDescriptor);
  broken.client("nothing of the kind");
  EXPECT_TRUE(broken.has_event(0, "invalid_data"));
}

TEST(Sip, ProbeWantsAStartLine) {
  using enum ProtocolDescriptor::Verdict;
  EXPECT_EQ(probe(kToServer, as_bytes(kInvite), false), kYes);
  EXPECT_EQ(probe(kToClient, as_bytes("SIP/2.0 200 OK\r\n"), false), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes("INVI"), false), kMore);
  EXPECT_EQ(probe(kToServer, as_bytes("OPTIONS * HTTP/1.1\r\n"), false), kNo);
  EXPECT_EQ(probe(kToServer, as_bytes("NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n"), true),
            kNo);
}

}  // namespace
}  // namespace picket::inspect::sip
