// SPDX-License-Identifier: Apache-2.0
#include "detect/evidence/dns_evidence.h"

#include <gtest/gtest.h>

#include "inspect/proto/dns/message_for_tests.h"

namespace picket::detect::evidence {
namespace {

using inspect::dns::ShownMessage;

// A whole message by hand: one question, one answer of type A.
std::vector<uint8_t> answer_of(uint8_t flags_high) {
  std::vector<uint8_t> out{0x12, 0x34, flags_high, 0x80, 0, 1, 0, 1, 0, 0, 0, 0};
  const auto put = [&](std::initializer_list<int> bytes) {
    for (const int byte : bytes) out.push_back(static_cast<uint8_t>(byte));
  };
  put({4, 'C', '2', 'x', 'y', 4, 't', 'e', 's', 't', 0, 0, 1, 0, 1});
  put({0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 203, 0, 113, 9});
  return out;
}

TEST(DnsEvidence, AnAnswerIsALookup) {
  ShownMessage message;
  const auto lookup = dns_answer(answer_of(0x81), message);
  ASSERT_TRUE(lookup);
  EXPECT_EQ(lookup->name, "c2xy.test");
  EXPECT_EQ(lookup->type, "A");
  EXPECT_EQ(lookup->response_code, "NOERROR");
  ASSERT_EQ(lookup->addresses.size(), 1u);
  EXPECT_EQ(lookup->addresses[0].text(), "203.0.113.9");
  EXPECT_EQ(lookup->ttl_s, 60u);
}

TEST(DnsEvidence, AQuestionIsNotAndRubbishNeither) {
  ShownMessage message;
  EXPECT_FALSE(dns_answer(answer_of(0x01), message));
  EXPECT_FALSE(dns_answer(as_bytes("short"), message));
}

}  // namespace
}  // namespace picket::detect::evidence
