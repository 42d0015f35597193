// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/tftp/tftp_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/tftp/descriptor.h"
#include "inspect/proto/tftp/weird.h"

namespace picket::inspect::tftp {
namespace {

using enum Direction;

TEST(Tftp, ReadsRequests) {
  Talk talk(kDescriptor);
  talk.client(std::string_view("\0\1rfc1350.txt\0OCTET\0", 20));
  ASSERT_EQ(talk.count(), 1u);
  EXPECT_EQ(talk.eve(0), R"({"packet":"read","file":"rfc1350.txt","mode":"octet"})");
  EXPECT_TRUE(talk.tx(0).done());
}

TEST(Tftp, WhatIsNoRequestIsCounted) {
  Talk talk(kDescriptor);
  const uint64_t before = counter_of(Weird::kMalformed).value();
  talk.client(std::string_view("\0\1x\0binary\0", 11))
      .client("\0")
      .client(std::string("\0\2", 2) + std::string(kNameMax + 1, 'n'));
  EXPECT_EQ(talk.count(), 0u);
  EXPECT_EQ(counter_of(Weird::kMalformed).value(), before + 3);
}

TEST(Tftp, Probe) {
  using enum ProtocolDescriptor::Verdict;
  const std::string_view request("\0\2x\0netascii\0", 13);
  EXPECT_EQ(probe(kToServer, as_bytes(request), true), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes(request), false), kNo);
  EXPECT_EQ(probe(kToServer, as_bytes(std::string_view("\0\3x\0octet\0", 10)), true), kNo);
}

}  // namespace
}  // namespace picket::inspect::tftp
