// SPDX-License-Identifier: Apache-2.0
#include "inspect/name_reader.h"

#include <gtest/gtest.h>

#include "inspect/proto/dns/message_for_tests.h"
#include "inspect/proto/tls/client_hello_for_tests.h"

namespace picket::inspect {
namespace {

using dns::ByteVector;
using dns::MessageBuilder;
using dns::Section;
using dns::Weird;
using Kind = event::PayloadSeen::Kind;

class NameReaderTest : public testing::Test {
 protected:
  event::PayloadSeen payload(Kind kind, Bytes bytes) const {
    event::PayloadSeen seen;
    seen.kind = kind;
    seen.at = MonoTime{77};
    seen.cookie = 5;
    seen.owner = {1234, 42};
    seen.network_namespace = 9;
    seen.outbound = kind == Kind::kClientFirstBytes;
    seen.transport =
        kind == Kind::kClientFirstBytes ? event::Transport::kTcp : event::Transport::kUdp;
    seen.bytes = bytes;
    return seen;
  }
  void dns(const ByteVector& bytes) { reader_.read(payload(Kind::kDns, bytes)); }
  void dns_tcp(const ByteVector& bytes, uint64_t cookie = 5) {
    event::PayloadSeen seen = payload(Kind::kDns, bytes);
    seen.transport = event::Transport::kTcp;
    seen.cookie = cookie;
    reader_.read(seen);
  }
  void multicast(const ByteVector& bytes) { reader_.read(payload(Kind::kMulticastDns, bytes)); }
  void client(Bytes bytes, size_t offset = 0, uint64_t cookie = 5) {
    event::PayloadSeen seen = payload(Kind::kClientFirstBytes, bytes);
    seen.offset = static_cast<uint32_t>(offset);
    seen.cookie = cookie;
    reader_.read(seen);
  }
  // name: address, address (ttl) of each name delivered
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const event::NameSeen& seen : seen_) {
      std::string line = seen.name + ":";
      for (const IpAddress& address : seen.addresses) line += " " + address.text();
      out.push_back(line + " (" + std::to_string(seen.ttl_s) + ")");
    }
    return out;
  }
  using Lines = std::vector<std::string>;

  std::vector<event::NameSeen> seen_;
  NameReader reader_{[this](event::NameSeen&& name) { seen_.push_back(std::move(name)); }};
};

MessageBuilder simple(std::string_view name = "www.example.com", uint8_t last = 1) {
  MessageBuilder builder;
  builder.question(name, dns::kTypeA).answer(name, dns::kTypeA, 60, {192, 0, 2, last});
  return builder;
}

TEST_F(NameReaderTest, AnswerCarriesWhoAskedAndWhere) {
  dns(simple("WWW.Example.com").bytes());
  ASSERT_EQ(names(), (Lines{"www.example.com: 192.0.2.1 (60)"}));
  EXPECT_EQ(seen_[0].source, event::NameSource::kDns);
  EXPECT_EQ(seen_[0].at.ns, 77u);
  EXPECT_EQ(seen_[0].cookie, 5u);
  EXPECT_EQ(seen_[0].asker, (event::ProcessKey{1234, 42}));
  EXPECT_EQ(seen_[0].network_namespace, 9u);
}

TEST_F(NameReaderTest, AnswerThroughAliasesInAnyOrder) {
  MessageBuilder builder;
  builder.question("www.example.com", dns::kTypeA)
      .answer("edge.example.net", dns::kTypeA, 120, {192, 0, 2, 2})
      .answer("mid.example.org", dns::kTypeCname, 30, dns::wire_name("EDGE.example.net"))
      .answer("www.example.com", dns::kTypeCname, 300, dns::wire_name("mid.example.org"))
      .answer("edge.example.net", dns::kTypeA, 110, {192, 0, 2, 3})
      .answer("edge.example.net", dns::kTypeA, 110, {192, 0, 2, 2});
  dns(builder.bytes());
  EXPECT_EQ(names(), (Lines{"www.example.com: 192.0.2.2 192.0.2.3 (30)"}));
}

TEST_F(NameReaderTest, RecordsOfOtherNamesAreNotUsed) {
  const uint64_t before = counter_of(Weird::kAnswerUnrelated).value();
  MessageBuilder builder = simple();
  builder.answer("bank.example", dns::kTypeA, 5, {198, 51, 100, 1})
      .record(Section::kAdditional, dns::wire_name("www.example.com"), dns::kTypeA, 5,
              {198, 51, 100, 2})
      .record(Section::kAuthority, dns::wire_name("www.example.com"), dns::kTypeA, 5,
              {198, 51, 100, 3});
  dns(builder.bytes());
  EXPECT_EQ(names(), (Lines{"www.example.com: 192.0.2.1 (60)"}));
  EXPECT_EQ(counter_of(Weird::kAnswerUnrelated).value(), before + 1);
}

TEST_F(NameReaderTest, HintsOfHttpsRecords) {
  MessageBuilder builder;
  builder.question("www.example.com", dns::kTypeHttps)
      .answer("www.example.com", dns::kTypeHttps, 40, {0, 1, 0, 0, 4, 0, 4, 192, 0, 2, 4});
  dns(builder.bytes());
  EXPECT_EQ(names(), (Lines{"www.example.com: 192.0.2.4 (40)"}));
}

TEST_F(NameReaderTest, NothingFromWhatIsNoAnswer) {
  MessageBuilder query(0x0100);
  query.question("www.example.com", dns::kTypeA)
      .answer("www.example.com", dns::kTypeA, 1, {1, 2, 3, 4});
  dns(query.bytes());
  MessageBuilder refused(0x8185);
  refused.question("www.example.com", dns::kTypeA)
      .answer("www.example.com", dns::kTypeA, 1, {1, 2, 3, 4});
  dns(refused.bytes());
  MessageBuilder extended = simple();
  extended.record(Section::kAdditional, {0}, dns::kTypeOpt, 0x01000000, {}, 512);
  dns(extended.bytes());
  MessageBuilder unasked;
  unasked.answer("www.example.com", dns::kTypeA, 1, {1, 2, 3, 4});
  dns(unasked.bytes());
  MessageBuilder two = simple();
  two.set_u16(4, 2);
  dns(two.bytes());
  dns(MessageBuilder().question("www.example.com", dns::kTypeA).bytes());
  dns(MessageBuilder()
          .question("www.example.com", dns::kTypeA)
          .answer("www.example.com", dns::kTypeA, 1, {0, 0, 0, 0})
          .bytes());
  event::PayloadSeen ours = payload(Kind::kDns, {});
  const ByteVector bytes = simple().bytes();
  ours.bytes = bytes;
  ours.outbound = true;
  reader_.read(ours);
  EXPECT_EQ(names(), Lines{});
}

TEST_F(NameReaderTest, NamesThatNoHostHas) {
  const uint64_t before = counter_of(Weird::kNotHostName).value();
  const ByteVector hostile{6, 27, '[', '3', '1', 'm', 'x', 0};
  dns(MessageBuilder()
          .question(hostile, dns::kTypeA)
          .record(Section::kAnswer, hostile, dns::kTypeA, 1, {192, 0, 2, 1})
          .bytes());
  dns(simple("10.0.0.5").bytes());
  EXPECT_EQ(names(), Lines{});
  EXPECT_EQ(counter_of(Weird::kNotHostName).value(), before + 2);
}

TEST_F(NameReaderTest, ChainAndAddressesAreBounded) {
  const auto host = [](size_t i) { return "h" + std::to_string(i) + ".example"; };
  const auto chain = [&](size_t aliases) {
    MessageBuilder builder;
    builder.question(host(0), dns::kTypeA);
    for (size_t i = 0; i < aliases; ++i)
      builder.answer(host(i), dns::kTypeCname, 9, dns::wire_name(host(i + 1)));
    return builder.answer(host(aliases), dns::kTypeA, 9, {192, 0, 2, 1}).bytes();
  };
  const uint64_t loops = counter_of(Weird::kChainLoop).value();
  dns(chain(kChainMax));
  EXPECT_EQ(names(), (Lines{"h0.example: 192.0.2.1 (9)"}));
  dns(chain(kChainMax + 1));
  EXPECT_EQ(seen_.size(), 1u);
  EXPECT_EQ(counter_of(Weird::kChainLoop).value(), loops + 1);
  dns(MessageBuilder()
          .question("a.example", dns::kTypeA)
          .answer("a.example", dns::kTypeCname, 9, dns::wire_name("b.example"))
          .answer("b.example", dns::kTypeCname, 9, dns::wire_name("a.example"))
          .bytes());
  EXPECT_EQ(counter_of(Weird::kChainLoop).value(), loops + 2);

  const uint64_t before = counter_of(Weird::kTooManyAddresses).value();
  MessageBuilder many;
  many.question("m.example", dns::kTypeA);
  for (uint8_t i = 0; i <= kAddressesMax; ++i)
    many.answer("m.example", dns::kTypeA, 9, {192, 0, 2, i});
  dns(many.bytes());
  ASSERT_EQ(seen_.size(), 2u);
  EXPECT_EQ(seen_[1].addresses.size(), kAddressesMax);
  EXPECT_EQ(counter_of(Weird::kTooManyAddresses).value(), before + 1);
}

TEST_F(NameReaderTest, TruncatedAnswersGiveWhatIsWhole) {
  MessageBuilder builder = simple();
  const size_t first_answer_end = builder.at();
  builder.answer("www.example.com", dns::kTypeA, 60, {192, 0, 2, 2});
  const ByteVector whole = builder.bytes();
  for (size_t size = 0; size < whole.size(); ++size) {
    seen_.clear();
    dns(ByteVector(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size)));
    EXPECT_EQ(names(),
              size < first_answer_end ? Lines{} : Lines{"www.example.com: 192.0.2.1 (60)"});
  }
}

TEST_F(NameReaderTest, DnsOverTcpInOnePieceAndCutAnywhere) {
  const ByteVector stream =
      dns::joined({simple("a.example").tcp(), {0, 0}, simple("b.example").tcp()});
  const Lines expected{"a.example: 192.0.2.1 (60)", "b.example: 192.0.2.1 (60)"};
  dns_tcp(stream);
  EXPECT_EQ(names(), expected);
  for (size_t cut = 1; cut < stream.size(); ++cut) {
    seen_.clear();
    dns_tcp(ByteVector(stream.begin(), stream.begin() + static_cast<ptrdiff_t>(cut)));
    dns_tcp(ByteVector(stream.begin() + static_cast<ptrdiff_t>(cut), stream.end()));
    EXPECT_EQ(names(), expected) << cut;
    EXPECT_EQ(reader_.streams(), 0u);
  }
  seen_.clear();
  for (const uint8_t byte : stream) dns_tcp({byte});
  EXPECT_EQ(names(), expected);
}

TEST_F(NameReaderTest, DnsOverTcpOutOfStep) {
  const uint64_t before = counter_of(Weird::kTcpOutOfStep).value();
  MessageBuilder two = simple("a.example");
  two.answer("a.example", dns::kTypeA, 60, {192, 0, 2, 2});
  ByteVector begun = two.tcp();
  begun.resize(begun.size() - 20);  // the rest never comes
  dns_tcp(begun);
  EXPECT_EQ(names(), Lines{});
  EXPECT_EQ(reader_.streams(), 1u);
  dns_tcp(simple("b.example").tcp());
  ASSERT_FALSE(seen_.empty());
  EXPECT_EQ(names().back(), "b.example: 192.0.2.1 (60)");
  EXPECT_EQ(names().front(), "a.example: 192.0.2.1 (60)");
  EXPECT_EQ(counter_of(Weird::kTcpOutOfStep).value(), before + 1);
}

TEST_F(NameReaderTest, DnsOverTcpIsBounded) {
  ByteVector long_message = simple().tcp();
  long_message[0] = 0xf0;  // announces far more than is kept
  const uint64_t before = counter_of(Weird::kTcpTooLong).value();
  dns_tcp(long_message);
  EXPECT_EQ(names(), (Lines{"www.example.com: 192.0.2.1 (60)"}));
  EXPECT_EQ(counter_of(Weird::kTcpTooLong).value(), before + 1);
  for (uint64_t cookie = 1; cookie <= kDnsStreamsMax + 10; ++cookie) dns_tcp({0}, cookie);
  EXPECT_EQ(reader_.streams(), kDnsStreamsMax);
  reader_.forget(kDnsStreamsMax);
  EXPECT_EQ(reader_.streams(), kDnsStreamsMax - 1);
}

TEST_F(NameReaderTest, MulticastNamesOfTheMachine) {
  MessageBuilder builder(0x8400);
  builder
      .record(Section::kAnswer, dns::wire_name("Printer.local"), dns::kTypeA, 120, {192, 0, 2, 9},
              0x8001)
      .record(Section::kAdditional, dns::wire_name("printer.LOCAL"), dns::kTypeA, 100,
              {192, 0, 2, 10}, 0x8001)
      .record(Section::kAnswer, dns::wire_name("gone.local"), dns::kTypeA, 0, {192, 0, 2, 11})
      .record(Section::kAnswer, dns::wire_name("bank.example"), dns::kTypeA, 120, {192, 0, 2, 12})
      .record(Section::kAnswer, dns::wire_name("nas.local"), dns::kTypeA, 50, {192, 0, 2, 13});
  const uint64_t before = counter_of(Weird::kMulticastNotLocal).value();
  multicast(builder.bytes());
  EXPECT_EQ(names(),
            (Lines{"printer.local: 192.0.2.9 192.0.2.10 (100)", "nas.local: 192.0.2.13 (50)"}));
  EXPECT_EQ(seen_[0].source, event::NameSource::kMulticastDns);
  EXPECT_EQ(seen_[0].asker, event::ProcessKey{});
  EXPECT_EQ(counter_of(Weird::kMulticastNotLocal).value(), before + 1);

  seen_.clear();
  MessageBuilder query(0);
  query.record(Section::kAnswer, dns::wire_name("nas.local"), dns::kTypeA, 50, {192, 0, 2, 13});
  multicast(query.bytes());
  EXPECT_EQ(names(), Lines{});

  MessageBuilder many(0x8400);
  for (size_t i = 0; i <= kMulticastNamesMax; ++i)
    many.answer("h" + std::to_string(i) + ".local", dns::kTypeA, 50, {192, 0, 2, 13});
  const uint64_t names_before = counter_of(Weird::kTooManyNames).value();
  multicast(many.bytes());
  EXPECT_EQ(seen_.size(), kMulticastNamesMax);
  EXPECT_EQ(counter_of(Weird::kTooManyNames).value(), names_before + 1);
}

TEST_F(NameReaderTest, ServerNameInOnePieceOnce) {
  const ByteVector hello = tls::browser_hello().records();
  client(hello);
  client(hello);  // sent again
  ASSERT_EQ(names(), (Lines{"www.example.com: (0)"}));
  EXPECT_EQ(seen_[0].source, event::NameSource::kTlsSni);
  EXPECT_EQ(seen_[0].cookie, 5u);
  EXPECT_EQ(seen_[0].asker.pid, 1234u);
  EXPECT_EQ(reader_.streams(), 0u);
}

TEST_F(NameReaderTest, FirstBytesInPiecesOfAnyOrder) {
  const ByteVector hello = tls::browser_hello().records(50);
  const Bytes bytes(hello);
  uint64_t cookie = 100;
  for (size_t cut = 1; cut < bytes.size(); ++cut) {
    for (const bool swapped : {false, true}) {
      seen_.clear();
      ++cookie;
      const size_t overlap = std::min<size_t>(cut, 3);
      if (swapped) client(bytes.subspan(cut - overlap), cut - overlap, cookie);
      client(bytes.first(cut), 0, cookie);
      if (!swapped) client(bytes.subspan(cut - overlap), cut - overlap, cookie);
      ASSERT_EQ(names(), (Lines{"www.example.com: (0)"})) << cut << swapped;
      EXPECT_EQ(reader_.streams(), 0u);
    }
  }
}

TEST_F(NameReaderTest, HostOfARequest) {
  const std::string request = "GET / HTTP/1.1\r\nHost: Plain.Example:8080\r\n\r\n";
  client(as_bytes(request));
  ASSERT_EQ(names(), (Lines{"plain.example: (0)"}));
  EXPECT_EQ(seen_[0].source, event::NameSource::kHttpHost);
  for (size_t i = 0; i < request.size(); ++i) client(as_bytes(request).subspan(i, 1), i, 6);
  EXPECT_EQ(seen_.size(), 2u);
  EXPECT_EQ(reader_.streams(), 0u);
}

TEST_F(NameReaderTest, WhatNamesSomebodyElseIsNotUsed) {
  client(as_bytes("GET http://far.example/ HTTP/1.1\r\nHost: far.example\r\n\r\n"), 0, 1);
  client(as_bytes("CONNECT far.example:443 HTTP/1.1\r\nHost: far.example:443\r\n\r\n"), 0, 2);
  client(as_bytes("GET / HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n"), 0, 3);
  client(as_bytes("SSH-2.0-x\r\n"), 0, 4);
  const ByteVector hello = tls::browser_hello().records();
  event::PayloadSeen inbound = payload(Kind::kClientFirstBytes, hello);
  inbound.outbound = false;
  reader_.read(inbound);
  EXPECT_EQ(names(), Lines{});
  EXPECT_EQ(reader_.streams(), 0u);
}

TEST_F(NameReaderTest, ClientStreamsAreBounded) {
  const ByteVector hello = tls::browser_hello().records();
  const Bytes half = Bytes(hello).first(20), rest = Bytes(hello).subspan(20);
  for (uint64_t cookie = 1; cookie <= kClientStreamsMax + 1; ++cookie) client(half, 0, cookie);
  EXPECT_EQ(reader_.streams(), kClientStreamsMax);
  client(rest, half.size(), 2);
  EXPECT_EQ(seen_.size(), 1u);
  client(rest, half.size(), 1);  // evicted: its start is gone
  EXPECT_EQ(seen_.size(), 1u);
  // A stream that fills its buffer without saying what it is gives up its place.
  std::string padding = "GET / HTTP/1.1\r\nA: " + std::string(kFirstBytesMax, 'a');
  client(as_bytes(padding), 0, 3);
  EXPECT_EQ(reader_.streams(), kClientStreamsMax - 1);
  EXPECT_EQ(seen_.size(), 1u);
}

TEST_F(NameReaderTest, WithoutACookieOnlyWholePieces) {
  const ByteVector hello = tls::browser_hello().records();
  client(Bytes(hello).first(20), 0, 0);
  client(Bytes(hello).subspan(20), 20, 0);
  EXPECT_EQ(names(), Lines{});
  client(hello, 0, 0);
  client(hello, 0, 0);
  EXPECT_EQ(seen_.size(), 2u);
  EXPECT_EQ(reader_.streams(), 0u);
}

}  // namespace
}  // namespace picket::inspect
