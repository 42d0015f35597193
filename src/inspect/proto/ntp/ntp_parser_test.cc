// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ntp/ntp_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/ntp/descriptor.h"
#include "inspect/proto/ntp/weird.h"

namespace picket::inspect::ntp {
namespace {

using enum Direction;

std::string message(uint8_t version, uint8_t mode, char stratum, std::string_view id) {
  std::string out(48, '\0');
  out[0] = static_cast<char>(version << 3 | mode);
  out[1] = stratum;
  out.replace(12, 4, id);
  return out;
}

TEST(Ntp, AMessageIsATransactionOfItsDirection) {
  Talk talk(kDescriptor);
  talk.client(message(3, 3, 0, std::string(4, '\0'))).server(message(4, 4, 2, "LOCL"));
  EXPECT_EQ(talk.eve(0), R"({"version":3,"mode":3,"stratum":0,"reference_id":"00:00:00:00"})");
  EXPECT_EQ(talk.eve(1), R"({"version":4,"mode":4,"stratum":2,"reference_id":"4c:4f:43:4c"})");
  EXPECT_EQ(talk.buffer(1, BufferId::k_ntp_reference_id, kToClient), "LOCL");
  EXPECT_EQ(talk.buffer(1, BufferId::k_ntp_reference_id, kToServer), "(none)");
  EXPECT_EQ(talk.field(1, FieldId::k_ntp_stratum, kToClient), 2);
  EXPECT_EQ(talk.field(0, FieldId::k_ntp_version, kToServer), 3);
}

TEST(Ntp, WhatIsNoneIsCounted) {
  Talk talk(kDescriptor);
  const uint64_t before = counter_of(Weird::kMalformed).value();
  talk.client(message(5, 3, 0, "abcd")).client(message(4, 3, 0, "abcd").substr(0, 47));
  EXPECT_EQ(counter_of(Weird::kMalformed).value(), before + 2);
  EXPECT_EQ(talk.count(), 0u);
}

TEST(Ntp, Probe) {
  using enum ProtocolDescriptor::Verdict;
  const std::string asked = message(4, 3, 0, "abcd"), said = message(4, 4, 1, "abcd");
  EXPECT_EQ(probe(kToServer, as_bytes(asked), true), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes(asked), false), kNo);
  EXPECT_EQ(probe(kToServer, as_bytes(said), true), kReversed);
  EXPECT_EQ(probe(kToClient, as_bytes(said), true), kYes);
}

}  // namespace
}  // namespace picket::inspect::ntp
