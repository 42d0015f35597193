// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/imap/imap_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/imap/descriptor.h"
#include "inspect/proto/imap/weird.h"

namespace picket::inspect::imap {
namespace {

using enum Direction;

TEST(Imap, StartTlsHandsOverWhenAccepted) {
  Talk talk(kDescriptor);
  talk.server("* OK IMAP4 ready\r\n").client("a1 STARTTLS\r\n").server("a0 OK other\r\n");
  EXPECT_FALSE(talk.flow.change_to);
  talk.slowly(kToClient, "a1 OK go\r\n", 1);
  EXPECT_EQ(talk.flow.change_to, AppProtocol::kTls);
  Talk refused(kDescriptor);
  refused.client("a1 STARTTLS\r\n").server("a1 NO\r\n");
  EXPECT_FALSE(refused.flow.change_to);
}

TEST(Imap, LongLinesArePassedOver) {
  Talk talk(kDescriptor);
  const uint64_t before = counter_of(Weird::kLineTooLong).value();
  talk.client("a STARTTLS" + std::string(kLineMax, ' ') + "\r\n").server("a OK\r\n");
  EXPECT_FALSE(talk.flow.change_to);
  EXPECT_EQ(counter_of(Weird::kLineTooLong).value(), before + 1);
}

TEST(Imap, Probe) {
  using enum ProtocolDescriptor::Verdict;
  EXPECT_EQ(probe(kToClient, as_bytes("* OK [CAPABILITY IMAP4rev1] hi\r\n"), false), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes("A1 CAPABILITY\r\n"), false), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes("GET / HTTP/1.1\r\n"), false), kNo);
}

}  // namespace
}  // namespace picket::inspect::imap
