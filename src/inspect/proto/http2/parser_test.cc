// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/http2/parser.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "inspect/app/conversation_for_tests.h"
#include "inspect/proto/http2/descriptor.h"

namespace picket::inspect::http2 {
namespace {

using enum Direction;
using enum BufferId;

std::string bytes_of(std::initializer_list<int> list) {
  std::string out;
  for (const int byte : list) out += static_cast<char>(byte);
  return out;
}
std::string frame(uint8_t type, uint8_t flags, uint32_t stream, const std::string& body) {
  std::string out;
  for (int shift = 16; shift >= 0; shift -= 8) out += static_cast<char>(body.size() >> shift);
  out += static_cast<char>(type);
  out += static_cast<char>(flags);
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(stream >> shift);
  return out + body;
}
std::string literal(std::string_view name, std::string_view value) {  // not remembered, plain
  return std::string(1, '\0') + static_cast<char>(name.size()) + std::string(name) +
         static_cast<char>(value.size()) + std::string(value);
}
const std::string kStart = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
// RFC 7541 C.4.1: GET http://www.example.com/
const std::string kGet = bytes_of({0x82, 0x86, 0x84, 0x41, 0x8c, 0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a,
                                   0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff});

TEST(Hpack, ExamplesOfTheRfc) {
  HpackDecoder decoder;
  std::string seen;
  const auto sink = [&](std::string_view name, std::string_view value) {
    seen.append(name).append("=").append(value).append(";");
  };
  const auto ignore = [](uint32_t) {};
  EXPECT_TRUE(decoder.decode(as_bytes(kGet), sink, ignore));
  EXPECT_EQ(seen, ":method=GET;:scheme=http;:path=/;:authority=www.example.com;");
  seen.clear();  // C.4.2: the authority comes from the table
  const std::string second =
      bytes_of({0x82, 0x86, 0x84, 0xbe, 0x58, 0x86, 0xa8, 0xeb, 0x10, 0x64, 0x9c, 0xbf});
  EXPECT_TRUE(decoder.decode(as_bytes(second), sink, ignore));
  EXPECT_EQ(seen,
            ":method=GET;:scheme=http;:path=/;:authority=www.example.com;cache-control=no-cache;");
  EXPECT_FALSE(decoder.decode(as_bytes(bytes_of({0x80})), sink, ignore));
  EXPECT_FALSE(
      decoder.decode(as_bytes(bytes_of({0xff, 0xff, 0xff, 0xff, 0xff, 0x7f})), sink, ignore));
  EXPECT_FALSE(decoder.decode(as_bytes(bytes_of({0x00, 0x05, 'a'})), sink, ignore));
}

TEST(Hpack, TableKeepsToItsBound) {
  HpackDecoder decoder;
  const auto ignore = [](uint32_t) {};
  uint32_t told = 0;
  // 2^20 asked for: noted, and kTableMax is what is kept.
  EXPECT_TRUE(decoder.decode(
      as_bytes(bytes_of({0x3f, 0xe1, 0xff, 0x3f})), [](auto, auto) {},
      [&](uint32_t size) { told = size; }));
  EXPECT_EQ(told, 1u << 20);
  const std::string value(100, 'v');
  const std::string remembered = std::string("\x40\x01") + "n" + static_cast<char>(100) + value;
  for (int i = 0; i < 1000; ++i)
    ASSERT_TRUE(decoder.decode(
        as_bytes(remembered), [](auto, auto) {}, ignore));
  size_t size = 0;
  for (int number = 62; number < 127; ++number) {
    std::string found;
    if (!decoder.decode(
            as_bytes(bytes_of({0x80 | number})), [&](auto, auto v) { found = v; }, ignore))
      break;
    size += found.size() + 1 + HpackDecoder::kEntryOverhead;
  }
  EXPECT_LE(size, HpackDecoder::kTableMax);
  EXPECT_GT(size, 1000u);
}

class Http2Pieces : public testing::TestWithParam<size_t> {};

TEST_P(Http2Pieces, StreamsAreTransactions) {
  Conversation talk(kDescriptor, GetParam());
  talk.client(kStart + frame(4, 0, 0, bytes_of({0, 3, 0, 0, 0, 100})) + frame(1, 5, 1, kGet));
  talk.server(frame(1, 4, 1,
                    literal(":status", "200") + literal("content-type", "text/plain") +
                        literal("set-cookie", "a=b")) +
              frame(0, 8, 1, bytes_of({2}) + "hello" + "PP") + frame(0, 1, 1, " you") +
              frame(7, 0, 0, bytes_of({0, 0, 0, 1, 0, 0, 0, 2})));
  ASSERT_EQ(talk.count(), 3u);
  EXPECT_EQ(talk.transaction(0).field(FieldId::k_http2_settings, kToServer, 0), 3);
  EXPECT_EQ(talk.transaction(0).field(FieldId::k_http2_settings, kToServer, 1), 100);
  EXPECT_TRUE(talk.transaction(1).done());
  EXPECT_EQ(talk.text(k_http_method, kToServer, 0, 1), "GET");
  EXPECT_EQ(talk.text(k_http_host, kToServer, 0, 1), "www.example.com");
  EXPECT_EQ(talk.text(k_http_request_line, kToServer, 0, 1), "GET / HTTP/2\r\n");
  EXPECT_EQ(talk.text(k_http_request_header, kToServer, 3, 1), ":authority: www.example.com");
  EXPECT_EQ(talk.text(k_http_response_line, kToClient, 0, 1), "HTTP/2 200\r\n");
  EXPECT_EQ(talk.text(k_http_header, kToClient, 0, 1),
            ":status: 200\r\ncontent-type: text/plain\r\n");
  EXPECT_EQ(talk.text(k_http_cookie, kToClient, 0, 1), "a=b");
  EXPECT_EQ(talk.text(k_http_stat_msg, kToClient, 0, 1), "");
  EXPECT_EQ(talk.text(k_file_data, kToClient, 0, 1), "hello you");
  EXPECT_EQ(talk.transaction(1).file(kToClient, 0)->state(), FileBody::State::kClosed);
  EXPECT_EQ(talk.transaction(2).field(FieldId::k_http2_errorcode, kToClient, 0), 2);
  EXPECT_NE(talk.eve(2).find(R"("error_code":"INTERNALERROR")"), std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(Http2, Http2Pieces, testing::Values(1, 4, 100000));

TEST(Http2Parser, HeaderBlocksGoOnInContinuations) {
  Conversation talk(kDescriptor);
  talk.client(kStart + frame(1, 1, 1, kGet.substr(0, 6)) + frame(9, 4, 1, kGet.substr(6)));
  EXPECT_EQ(talk.text(k_http_host, kToServer), "www.example.com");
  EXPECT_EQ(talk.transaction().progress(kToServer), Transaction::kDone);
}

TEST(Http2Parser, PromisesMakeTheirOwnTransaction) {
  Conversation talk(kDescriptor);
  talk.client(kStart + frame(1, 5, 1, kGet));
  talk.server(frame(5, 4, 1, bytes_of({0, 0, 0, 2}) + literal(":path", "/pushed")));
  ASSERT_EQ(talk.count(), 2u);
  EXPECT_EQ(talk.text(k_http_uri, kToServer, 0, 1), "/pushed");
  EXPECT_EQ(talk.transaction(1).progress(kToServer), Transaction::kDone);
}

TEST(Http2Parser, StreamsBeyondTheBoundEndTheOldest) {
  Conversation talk(kDescriptor);
  std::string said = kStart;
  for (uint32_t i = 0; i <= Http2Parser::kStreamsMax; ++i) said += frame(1, 4, 2 * i + 1, kGet);
  talk.client(said);
  EXPECT_EQ(talk.count(), Http2Parser::kStreamsMax + 1);
  EXPECT_TRUE(talk.transaction(0).done());
  EXPECT_FALSE(talk.transaction(1).done());
}

TEST(Http2Parser, FramesBeyondTheBoundAreSkipped) {
  Conversation talk(kDescriptor);
  talk.client(kStart + frame(1, 4, 1, std::string(Http2Parser::kFrameMax + 1, 'x')) +
              frame(1, 5, 3, kGet));
  ASSERT_EQ(talk.count(), 1u);
  EXPECT_EQ(talk.text(k_http_method, kToServer), "GET");
}

TEST(Http2Parser, MalformedBlocksAreEvents) {
  Conversation talk(kDescriptor);
  talk.client(kStart + frame(1, 4, 1, bytes_of({0xff, 0xff, 0xff, 0xff, 0xff, 0x7f})) +
              frame(1, 12, 3, "\x09"));
  EXPECT_TRUE(talk.has_event("invalid_header", 0));
  EXPECT_TRUE(talk.has_event("invalid_header", 1));
}

TEST(Http2Parser, CarriedRequestIsTheFirstStream) {
  FlowContext flow;
  flow.carried_fields = {{":method", "GET"}, {":path", "/up"}};
  const auto parser = kDescriptor.make(flow);
  ASSERT_EQ(parser->transactions().size(), 1u);
  const auto path = parser->transactions().front()->buffer(k_http_uri, kToServer, 0);
  ASSERT_TRUE(path.has_value());
  EXPECT_EQ(as_text(*path), "/up");
}

TEST(Http2Parser, RecordedConversation) {
  const char* shared = std::getenv("PICKET_SHARED");
  if (shared == nullptr) GTEST_SKIP() << "no shared corpus";
  const auto [asked, answered] =
      streams_of_capture(std::string(shared) + "/corpus/suricata-verify/http2-files/input.pcap");
  if (asked.empty()) GTEST_SKIP() << "no such capture";
  Conversation talk(kDescriptor);
  talk.client(asked).server(answered).end();
  size_t closed = 0;
  for (size_t i = 0; i < talk.count(); ++i) {
    EXPECT_TRUE(talk.transaction(i).events.empty());
    const FileBody* file = talk.transaction(i).file(kToClient, 0);
    if (file != nullptr && file->state() == FileBody::State::kClosed) ++closed;
  }
  EXPECT_EQ(closed, 6u);
}

TEST(Http2Probe, PrefaceAndSettings) {
  using Verdict = ProtocolDescriptor::Verdict;
  EXPECT_EQ(probe(kToServer, as_bytes(kStart), false), Verdict::kYes);
  EXPECT_EQ(probe(kToServer, as_bytes("PRI * HT"), false), Verdict::kMore);
  EXPECT_EQ(probe(kToServer, as_bytes("GET / HTTP/1.1"), false), Verdict::kNo);
  EXPECT_EQ(probe(kToClient, as_bytes(frame(4, 0, 0, "")), false), Verdict::kYes);
  EXPECT_EQ(probe(kToClient, as_bytes(frame(1, 0, 1, "")), false), Verdict::kNo);
}

}  // namespace
}  // namespace picket::inspect::http2
