// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/pop3/pop3_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/pop3/descriptor.h"
#include "inspect/proto/pop3/weird.h"

namespace picket::inspect::pop3 {
namespace {

using enum Direction;

TEST(Pop3, CommandsWithTheirAnswers) {
  for (const size_t size : {1u, 4096u}) {
    Talk talk(kDescriptor);
    talk.slowly(kToClient, "+OK hello\r\n", size).slowly(kToServer, "user me\r\nLIST\r\n", size);
    talk.slowly(kToClient, "-ERR no\r\n+OK 1 mail\r\n1 20\r\n..x\r\n.\r\n", size);
    ASSERT_EQ(talk.count(), 3u);
    EXPECT_EQ(talk.eve(0), R"({"response":{"success":true,"status":"OK","header":"hello"}})");
    EXPECT_EQ(
        talk.eve(1),
        R"({"request":{"command":"USER","args":["me"]},"response":{"success":false,"status":"ERR","header":"no"}})");
    EXPECT_EQ(
        talk.eve(2),
        R"({"request":{"command":"LIST"},"response":{"success":true,"status":"OK","header":"1 mail","data":["1 20",".x"]}})");
    EXPECT_TRUE(talk.tx(2).done());
  }
}

TEST(Pop3, AuthenticationGoesOnOverLines) {
  Talk talk(kDescriptor);
  talk.client("AUTH PLAIN\r\n").server("+ \r\n").client("AGEAYg==\r\n").server("+OK in\r\n");
  EXPECT_EQ(
      talk.eve(1),
      R"({"request":{"command":"<SASL DATA>"},"response":{"success":true,"status":"OK","header":"in"}})");
}

TEST(Pop3, StlsHandsOver) {
  Talk talk(kDescriptor);
  talk.client("STLS\r\n").server("+OK go\r\n");
  EXPECT_EQ(talk.flow.change_to, AppProtocol::kTls);
}

TEST(Pop3, BoundsAndOddAnswers) {
  Talk talk(kDescriptor);
  const uint64_t lines = counter_of(Weird::kTooManyDataLines).value(),
                 bad = counter_of(Weird::kBadAnswer).value();
  talk.client("RETR 1\r\n").server("what\r\n+OK\r\n");
  for (size_t i = 0; i <= kDataLinesMax; ++i) talk.server("x\r\n");
  EXPECT_EQ(counter_of(Weird::kTooManyDataLines).value(), lines + 1);
  EXPECT_EQ(counter_of(Weird::kBadAnswer).value(), bad + 1);
  const uint64_t longer = counter_of(Weird::kLineTooLong).value();
  talk.client("X" + std::string(kLineMax, 'y') + "\r\nNOOP\r\n");
  EXPECT_EQ(counter_of(Weird::kLineTooLong).value(), longer + 1);
  EXPECT_NE(talk.eve(2).find("NOOP"), std::string::npos);
}

TEST(Pop3, Probe) {
  using enum ProtocolDescriptor::Verdict;
  EXPECT_EQ(probe(kToClient, as_bytes("+OK ready\r\n"), false), kYes);
  EXPECT_EQ(probe(kToClient, as_bytes("+PONG\r\n"), false), kNo);
  EXPECT_EQ(probe(kToServer, as_bytes("USER x\r\n"), true), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes("USER x\r\n"), false), kNo);
}

}  // namespace
}  // namespace picket::inspect::pop3
