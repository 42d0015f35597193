// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dns/message.h"

#include <gtest/gtest.h>

#include "inspect/proto/dns/message_for_tests.h"
#include "inspect/proto/dns/rdata.h"

namespace picket::inspect::dns {
namespace {

// www.example.com -> edge.example.net -> 192.0.2.1, as a resolver compresses it, with EDNS.
MessageBuilder good_answer() {
  MessageBuilder builder;
  builder.question("www.example.com", kTypeA);
  const size_t canonical = builder.at() + 12;
  builder.record(Section::kAnswer, pointer(12), kTypeCname, 300,
                 joined({{4, 'e', 'd', 'g', 'e'}, wire_name("example.net")}));
  builder.record(Section::kAnswer, pointer(canonical), kTypeA, 60, {192, 0, 2, 1});
  builder.record(Section::kAdditional, {0}, kTypeOpt, 0x00008000, {}, 1232);
  return builder;
}

TEST(DnsMessage, ReadsAnAnswer) {
  const MessageBuilder builder = good_answer();
  Message message;
  ASSERT_EQ(message.parse(builder.bytes()), Status::kComplete);
  const Header& header = message.header();
  EXPECT_EQ(header.id, 0x1234);
  EXPECT_TRUE(header.response);
  EXPECT_TRUE(header.recursion_desired);
  EXPECT_TRUE(header.recursion_available);
  EXPECT_FALSE(header.authoritative || header.truncated || header.authentic_data);
  EXPECT_EQ(header.opcode, 0);
  EXPECT_EQ(message.rcode(), 0);
  ASSERT_EQ(message.questions().size(), 1u);
  EXPECT_EQ(message.questions()[0].name.text(), "www.example.com");
  EXPECT_EQ(message.questions()[0].type, kTypeA);
  ASSERT_EQ(message.records().size(), 3u);
  EXPECT_EQ(message.records()[0].owner.text(), "www.example.com");
  EXPECT_EQ(message.records()[0].ttl_s, 300u);
  EXPECT_EQ(target(message.records()[0])->text(), "edge.example.net");
  EXPECT_EQ(message.records()[1].owner.text(), "edge.example.net");
  EXPECT_EQ(address(message.records()[1]), IpAddress::parse("192.0.2.1"));
  EXPECT_EQ(message.records()[2].section, Section::kAdditional);
  ASSERT_TRUE(message.edns());
  EXPECT_EQ(message.edns()->udp_size, 1232);
  EXPECT_TRUE(message.edns()->dnssec_ok);
  EXPECT_TRUE(message.weirds().empty());
}

TEST(DnsMessage, FlagsAndExtendedRcode) {
  MessageBuilder builder(0x8000 | 5 << 11 | 0x0400 | 0x0200 | 0x0020 | 0x0010 | 3);
  builder.record(Section::kAdditional, {0}, kTypeOpt, 0x01000000, {}, 512);
  Message message;
  ASSERT_EQ(message.parse(builder.bytes()), Status::kComplete);
  EXPECT_EQ(message.header().opcode, 5);
  EXPECT_TRUE(message.header().authoritative && message.header().truncated);
  EXPECT_TRUE(message.header().authentic_data && message.header().checking_disabled);
  EXPECT_FALSE(message.header().recursion_desired);
  EXPECT_EQ(message.header().rcode, 3);
  EXPECT_EQ(message.rcode(), 0x13);
}

TEST(DnsMessage, EveryTruncationIsPartial) {
  const ByteVector whole = good_answer().bytes();
  Message message;
  for (size_t size = 0; size < whole.size(); ++size) {
    // A copy of the very size, so that a sanitizer sees a read past it.
    const ByteVector cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
    ASSERT_EQ(message.parse(cut), Status::kPartial) << size;
    EXPECT_TRUE(message.weirds().has(Weird::kCutShort));
    EXPECT_LT(message.records().size(), 3u);
  }
}

TEST(DnsMessage, WeirdsAreCountedOncePerMessage) {
  MessageBuilder builder(kResponseFlags | 0x0040);
  builder.answer("a.example", kTypeA, 0x80000001, {192, 0, 2, 1});
  builder.answer("a.example", kTypeA, 0x80000001, {192, 0, 2, 2});
  builder.raw({0, 0});
  const uint64_t ttl_before = counter_of(Weird::kTtlTopBit).value();
  const uint64_t bit_before = counter_of(Weird::kReservedBit).value();
  const uint64_t trailing_before = counter_of(Weird::kTrailingBytes).value();
  Message message;
  ASSERT_EQ(message.parse(builder.bytes()), Status::kComplete);
  EXPECT_EQ(message.records()[0].ttl_s, 0u);
  EXPECT_EQ(counter_of(Weird::kTtlTopBit).value(), ttl_before + 1);
  EXPECT_EQ(counter_of(Weird::kReservedBit).value(), bit_before + 1);
  EXPECT_EQ(counter_of(Weird::kTrailingBytes).value(), trailing_before + 1);
}

TEST(DnsMessage, BadNamesAreMalformed) {
  Message message;
  const uint64_t before = counter_of(Weird::kPointerLoop).value();
  EXPECT_EQ(message.parse(MessageBuilder().question(pointer(12), kTypeA).bytes()),
            Status::kMalformed);
  EXPECT_EQ(counter_of(Weird::kPointerLoop).value(), before + 1);
  EXPECT_EQ(message.parse(MessageBuilder().question(pointer(40), kTypeA).bytes()),
            Status::kMalformed);
  EXPECT_TRUE(message.weirds().has(Weird::kPointerForward));
  EXPECT_EQ(message.parse(MessageBuilder()
                              .question("a.example", kTypeA)
                              .record(Section::kAnswer, {0x41, 'a', 0}, kTypeA, 1, {1, 2, 3, 4})
                              .bytes()),
            Status::kMalformed);
  EXPECT_TRUE(message.weirds().has(Weird::kLabelType));
}

TEST(DnsMessage, BoundsOfQuestionsAndRecords) {
  MessageBuilder questions;
  for (size_t i = 0; i < kQuestionsMax; ++i) questions.question("a.example", kTypeA);
  Message message;
  EXPECT_EQ(message.parse(questions.bytes()), Status::kComplete);
  questions.question("a.example", kTypeA);
  EXPECT_EQ(message.parse(questions.bytes()), Status::kMalformed);
  EXPECT_TRUE(message.weirds().has(Weird::kTooManyQuestions));

  MessageBuilder records;
  for (size_t i = 0; i < kRecordsMax; ++i)
    records.record(Section::kAnswer, {0}, kTypeA, 1, {1, 2, 3, 4});
  EXPECT_EQ(message.parse(records.bytes()), Status::kComplete);
  records.record(Section::kAuthority, {0}, kTypeA, 1, {1, 2, 3, 4});
  EXPECT_EQ(message.parse(records.bytes()), Status::kPartial);
  EXPECT_TRUE(message.weirds().has(Weird::kTooManyRecords));
  EXPECT_EQ(message.records().size(), kRecordsMax);
}

TEST(DnsMessage, OddOptIsNoted) {
  Message message;
  MessageBuilder twice;
  twice.record(Section::kAdditional, {0}, kTypeOpt, 0, {}, 512);
  twice.record(Section::kAdditional, {0}, kTypeOpt, 0, {}, 4096);
  EXPECT_EQ(message.parse(twice.bytes()), Status::kComplete);
  EXPECT_TRUE(message.weirds().has(Weird::kOddOpt));
  EXPECT_EQ(message.edns()->udp_size, 512);
  MessageBuilder named;
  named.record(Section::kAdditional, wire_name("a.example"), kTypeOpt, 0, {}, 512);
  message.parse(named.bytes());
  EXPECT_TRUE(message.weirds().has(Weird::kOddOpt));
  EXPECT_FALSE(message.edns());
}

TEST(DnsTcp, SplitsMessages) {
  const ByteVector stream = joined({good_answer().tcp(), MessageBuilder().tcp(), {0, 40, 1, 2}});
  TcpMessages messages(stream);
  Bytes message;
  ASSERT_TRUE(messages.next(message));
  EXPECT_EQ(message.size(), good_answer().bytes().size());
  ASSERT_TRUE(messages.next(message));
  EXPECT_EQ(message.size(), kHeaderBytes);
  EXPECT_FALSE(messages.next(message));
  EXPECT_EQ(messages.rest().size(), 4u);
  EXPECT_EQ(messages.rest_length(), 40u);
  const ByteVector one_byte{7};
  TcpMessages cut(one_byte);
  EXPECT_FALSE(cut.next(message));
  EXPECT_EQ(cut.rest_length(), 0u);
  EXPECT_EQ(cut.rest().size(), 1u);
}

}  // namespace
}  // namespace picket::inspect::dns
