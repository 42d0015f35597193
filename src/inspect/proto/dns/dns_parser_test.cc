// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dns/dns_parser.h"

#include <gtest/gtest.h>

#include "inspect/proto/dns/descriptor.h"
#include "inspect/proto/dns/dns_transaction.h"
#include "inspect/proto/dns/message_for_tests.h"
#include "inspect/proto/llmnr/descriptor.h"

namespace picket::inspect::dns {
namespace {

using enum Direction;
using Verdict = ProtocolDescriptor::Verdict;

std::string text_of(std::optional<Bytes> bytes) {
  return bytes ? std::string(as_text(*bytes)) : std::string("(none)");
}
std::string eve_of(const Transaction& transaction) {
  std::string out;
  JsonWriter writer(out);
  transaction.append_eve(writer);
  return out;
}
FlowContext udp_flow() {
  FlowContext flow;
  flow.tcp = false;
  return flow;
}

TEST(DnsParser, RequestAndResponseAreTransactionsOfTheirOwn) {
  FlowContext flow = udp_flow();
  const auto parser = make(flow);
  MessageBuilder request(0x0100);
  request.question("WWW.Example.com", kTypeA);
  parser->on_data(kToServer, request.bytes(), false, flow);
  MessageBuilder response(kResponseFlags | 3);
  response.question("WWW.Example.com", kTypeA);
  response.record(Section::kAuthority, wire_name("example.com"), kTypeNs, 60,
                  wire_name("ns1.example.net"));
  parser->on_data(kToClient, response.bytes(), false, flow);
  ASSERT_EQ(parser->transactions().size(), 2u);
  Transaction& first = *parser->transactions()[0];
  Transaction& second = *parser->transactions()[1];
  EXPECT_TRUE(first.done() && second.done());
  EXPECT_EQ(text_of(first.buffer(BufferId::k_dns_query, kToServer, 0)), "WWW.Example.com");
  EXPECT_EQ(text_of(first.buffer(BufferId::k_dns_query, kToServer, 1)), "(none)");
  EXPECT_EQ(text_of(first.buffer(BufferId::k_dns_query, kToClient, 0)), "(none)");
  EXPECT_EQ(text_of(second.buffer(BufferId::k_dns_query, kToClient, 0)), "(none)");
  EXPECT_EQ(text_of(second.buffer(BufferId::k_dns_queries_rrname, kToClient, 0)),
            "WWW.Example.com");
  EXPECT_EQ(text_of(second.buffer(BufferId::k_dns_response_rrname, kToClient, 2)),
            "ns1.example.net");
  EXPECT_EQ(text_of(second.buffer(BufferId::k_dns_authorities_rrname, kToClient, 0)),
            "example.com");
  EXPECT_EQ(second.field(FieldId::k_dns_rcode, kToClient, 0), 3);
  EXPECT_EQ(second.field(FieldId::k_dns_rcode, kToServer, 0), std::nullopt);
  EXPECT_EQ(first.field(FieldId::k_dns_rrtype, kToServer, 0), kTypeA);
}

TEST(DnsParser, EveShowsVersionThree) {
  FlowContext flow = udp_flow();
  const auto parser = make(flow);
  MessageBuilder response;
  response.question("a.test", kTypeTxt);
  response.answer("a.test", kTypeTxt, 3, {2, 'h', 'i', 0});
  response.answer("a.test", 44, 9, {1, 2, 0xab, 0xcd});
  parser->on_data(kToClient, response.bytes(), false, flow);
  ASSERT_EQ(parser->transactions().size(), 1u);
  EXPECT_EQ(
      eve_of(*parser->transactions()[0]),
      R"({"version":3,"type":"response","tx_id":0,"id":4660,"flags":"8180","qr":true,"rd":true,)"
      R"("ra":true,"opcode":0,"rcode":"NOERROR","queries":[{"rrname":"a.test","rrtype":"TXT"}],)"
      R"("answers":[{"rrname":"a.test","rrtype":"TXT","ttl":3,"rdata":"hi"},)"
      R"({"rrname":"a.test","rrtype":"TXT","ttl":3,"rdata":""},)"
      R"({"rrname":"a.test","rrtype":"SSHFP","ttl":9,"sshfp":{"fingerprint":"ab:cd","algo":1,"type":2}}],)"
      R"("grouped":{"SSHFP":[{"fingerprint":"ab:cd","algo":1,"type":2}],"TXT":["hi",""]}})");
}

TEST(DnsParser, TcpMessagesMayBeSplitAnywhereAndFollowEachOther) {
  MessageBuilder one(0x0100), two(0x0100);
  one.question("one.test", kTypeA);
  two.question("two.test", kTypeAaaa);
  const ByteVector stream = joined({one.tcp(), two.tcp()});
  for (size_t cut = 0; cut <= stream.size(); ++cut) {
    FlowContext flow;
    const auto parser = make(flow);
    const ParseResult first = parser->on_data(kToServer, Bytes(stream).first(cut), false, flow);
    ASSERT_LE(first.consumed, cut);
    parser->on_data(kToServer, Bytes(stream).subspan(first.consumed), true, flow);
    ASSERT_EQ(parser->transactions().size(), 2u) << cut;
    EXPECT_EQ(text_of(parser->transactions()[1]->buffer(BufferId::k_dns_query, kToServer, 0)),
              "two.test");
  }
}

TEST(DnsParser, AfterAGapItGoesOnAtTheNextMessage) {
  MessageBuilder builder(0x0100);
  builder.question("after.test", kTypeA);
  FlowContext flow;
  const auto parser = make(flow);
  EXPECT_EQ(parser->on_gap(kToServer, 100, flow), ParseStatus::kOk);
  const ByteVector noise(40, 0xff);
  EXPECT_EQ(parser->on_data(kToServer, noise, false, flow).consumed, noise.size());
  EXPECT_TRUE(parser->transactions().empty());
  const ByteVector stream = builder.tcp();
  EXPECT_EQ(parser->on_data(kToServer, stream, false, flow).consumed, stream.size());
  EXPECT_EQ(parser->transactions().size(), 1u);
}

TEST(DnsParser, NameTooLongIsCutAndTold) {
  ByteVector name;
  for (int i = 0; i < 40; ++i) {
    name.push_back(63);
    name.insert(name.end(), 63, 'a');
  }
  name.push_back(0);
  MessageBuilder builder(0x0100);
  builder.question(name, kTypeA);
  FlowContext flow = udp_flow();
  const auto parser = make(flow);
  parser->on_data(kToServer, builder.bytes(), false, flow);
  ASSERT_EQ(parser->transactions().size(), 1u);
  Transaction& transaction = *parser->transactions()[0];
  EXPECT_EQ(transaction.buffer(BufferId::k_dns_query, kToServer, 0)->size(), kShownNameMax);
  ASSERT_EQ(transaction.events.size(), 1u);
  EXPECT_EQ(transaction.events[0].name, "name_too_long");
  EXPECT_NE(eve_of(transaction).find("\"rrname_truncated\":true"), std::string::npos);
}

TEST(DnsParser, PointerLoopsEndAndAreTold) {
  MessageBuilder builder(0x0100);
  builder.question(joined({{1, 'a'}, pointer(12)}), kTypeA);
  FlowContext flow = udp_flow();
  const auto parser = make(flow);
  parser->on_data(kToServer, builder.bytes(), false, flow);
  ASSERT_EQ(parser->transactions()[0]->events.size(), 1u);
  EXPECT_EQ(parser->transactions()[0]->events[0].name, "infinite_loop");
}

TEST(DnsParser, TextOfAMessageIsBounded) {
  // Every record repeats a name of a thousand bytes by a pointer: 1,000 of them pass the bound.
  ByteVector name;
  for (int i = 0; i < 16; ++i) {
    name.push_back(60);
    name.insert(name.end(), 60, 'b');
  }
  name.push_back(0);
  MessageBuilder builder;
  builder.question(name, kTypeA);
  for (int i = 0; i < 1000; ++i)
    builder.record(Section::kAnswer, pointer(12), kTypeNs, 1, pointer(12));
  ShownMessage message;
  ASSERT_TRUE(message.read(builder.bytes()));
  EXPECT_TRUE(message.faults().malformed);
  EXPECT_LT(message.records(Section::kAnswer).size(), 200u);
}

TEST(DnsParser, CutMessagesKeepWhatWasRead) {
  MessageBuilder builder(0x0140);
  builder.question("kept.test", kTypeA);
  builder.set_u16(6, 4);
  FlowContext flow = udp_flow();
  const auto parser = make(flow);
  parser->on_data(kToServer, builder.bytes(), false, flow);
  Transaction& transaction = *parser->transactions()[0];
  EXPECT_EQ(text_of(transaction.buffer(BufferId::k_dns_query, kToServer, 0)), "kept.test");
  ASSERT_EQ(transaction.events.size(), 2u);
  EXPECT_EQ(transaction.events[0].name, "z_flag_set");
  EXPECT_EQ(transaction.events[1].name, "malformed_data");
}

TEST(DnsProbe, ContentDecidesOffThePort) {
  MessageBuilder request(0x0100);
  request.question("x.test", kTypeA);
  EXPECT_EQ(probe(kToServer, request.bytes(), false), Verdict::kYes);
  EXPECT_EQ(probe(kToClient, request.bytes(), false), Verdict::kReversed);
  MessageBuilder strange(0x0100);
  strange.question("x.test", 12345);
  EXPECT_EQ(probe(kToServer, strange.bytes(), false), Verdict::kNo);
  EXPECT_EQ(probe(kToServer, strange.bytes(), true), Verdict::kYes);
  EXPECT_EQ(probe(kToServer, as_bytes("GET / HTTP/1.1\r\nHost: a"), true), Verdict::kNo);
  EXPECT_EQ(probe_stream(kToServer, request.tcp(), false), Verdict::kYes);
  EXPECT_EQ(probe_stream(kToServer, Bytes(request.tcp()).first(20), false), Verdict::kMore);
}

TEST(Llmnr, AnswersAreReadAndOddOpcodesTold) {
  FlowContext flow = udp_flow();
  const auto parser = llmnr::make(flow);
  MessageBuilder builder(0x8000 | 15 << 11);
  builder.question("HS2011", kTypeA).answer("HS2011", kTypeA, 30, {192, 0, 2, 7});
  parser->on_data(kToClient, builder.bytes(), false, flow);
  Transaction& transaction = *parser->transactions()[0];
  EXPECT_EQ(transaction.protocol, AppProtocol::kLlmnr);
  EXPECT_EQ(text_of(transaction.buffer(BufferId::k_llmnr_answers_rrname, kToClient, 0)), "HS2011");
  ASSERT_EQ(transaction.events.size(), 1u);
  EXPECT_EQ(transaction.events[0].name, "invalid_opcode");
  EXPECT_EQ(eve_of(transaction),
            R"({"type":"response","tx_id":0,"id":4660,"opcode":15,)"
            R"("queries":[{"rrname":"HS2011","rrtype":"a"}],)"
            R"("answers":[{"rrname":"HS2011","rrtype":"a","ttl":30,"a":"192.0.2.7"}]})");
}

}  // namespace
}  // namespace picket::inspect::dns
