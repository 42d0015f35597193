// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/snmp/snmp_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/snmp/descriptor.h"
#include "inspect/proto/snmp/weird.h"

namespace picket::inspect::snmp {
namespace {

using enum Direction;

std::string ber(int tag, const std::string& content) {
  std::string out(1, static_cast<char>(tag));
  if (content.size() >= 0x80) out += '\x82' + std::string{static_cast<char>(content.size() >> 8)};
  return out + static_cast<char>(content.size()) + content;
}
std::string variable() { return ber(0x30, ber(6, "\x2b\x06\x01") + ber(5, "")); }
std::string get(char version, int tag, const std::string& variables) {
  return ber(0x30, ber(2, std::string(1, version)) + ber(4, "public") +
                       ber(tag, ber(2, "\1") + ber(2, std::string(1, '\0')) +
                                    ber(2, std::string(1, '\0')) + ber(0x30, variables)));
}

TEST(Snmp, ReadsRequests) {
  Talk talk(kDescriptor);
  talk.client(get('\1', 0xa1, variable()));
  EXPECT_EQ(talk.buffer(0, BufferId::k_snmp_community, kToServer), "public");
  EXPECT_EQ(talk.field(0, FieldId::k_snmp_version, kToServer), 2);
  EXPECT_EQ(talk.field(0, FieldId::k_snmp_pdu_type, kToServer), 1);
  EXPECT_EQ(
      talk.eve(0),
      R"({"version":2,"pdu_type":"get_next_request","vars":["1.3.6.1"],"community":"public"})");
  EXPECT_TRUE(talk.tx(0).events.empty());
}

TEST(Snmp, ReadsTraps) {
  Talk talk(kDescriptor);
  talk.client(ber(0x30, ber(2, std::string(1, '\0')) + ber(4, "c") +
                            ber(0xa4, ber(6, "\x2b\x06") + ber(0x40, "\x7f\1\1\1") + ber(2, "\6") +
                                          ber(2, "\1") + ber(0x43, "\1") + ber(0x30, ""))));
  EXPECT_EQ(talk.buffer(0, BufferId::k_snmp_trap_address, kToServer), "127.1.1.1");
  EXPECT_EQ(talk.buffer(0, BufferId::k_snmp_trap_oid, kToServer), "1.3.6");
  EXPECT_NE(talk.eve(0).find("enterpriseSpecific"), std::string::npos);
}

TEST(Snmp, VersionThreeNamesItsUser) {
  Talk talk(kDescriptor);
  const std::string usm = ber(
      0x30, ber(4, "e") + ber(2, "\1") + ber(2, "\1") + ber(4, "admin") + ber(4, "") + ber(4, ""));
  talk.client(ber(0x30, ber(2, "\3") + ber(0x30, "") + ber(4, usm) + ber(4, "sealed")));
  EXPECT_EQ(talk.buffer(0, BufferId::k_snmp_usm, kToServer), "admin");
  EXPECT_EQ(talk.eve(0), R"({"version":3,"pdu_type":"encrypted","usm":"admin"})");
}

TEST(Snmp, BoundsAndFaults) {
  Talk talk(kDescriptor);
  std::string many;
  for (size_t i = 0; i <= kVariablesMax; ++i) many += variable();
  const uint64_t before = counter_of(Weird::kTooManyVariables).value();
  talk.client(get('\0', 0xa0, many)).client("\x30\x02\x02\x09");
  EXPECT_EQ(counter_of(Weird::kTooManyVariables).value(), before + 1);
  EXPECT_TRUE(talk.has_event(1, "malformed_data"));
}

TEST(Snmp, Probe) {
  using enum ProtocolDescriptor::Verdict;
  EXPECT_EQ(probe(kToServer, as_bytes(get('\1', 0xa0, "")), false), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes(get('\1', 0xa2, "")), false), kReversed);
  EXPECT_EQ(probe(kToServer, as_bytes(get('\5', 0xa0, "")), false), kNo);
}

}  // namespace
}  // namespace picket::inspect::snmp
