// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/pgsql/pgsql_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/pgsql/descriptor.h"
#include "inspect/proto/pgsql/weird.h"

namespace picket::inspect::pgsql {
namespace {

using enum Direction;

std::string u32(size_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
  return out;
}
std::string start(const std::string& parameters) {
  return u32(8 + parameters.size()) + u32(0x30000) + parameters;
}
std::string tagged(char type, const std::string& body) {
  return type + u32(4 + body.size()) + body;
}
const std::string kUser("user\0me\0database\0db\0DateStyle\0ISO\0", 36);

TEST(Pgsql, StartAndQuery) {
  for (const size_t size : {1u, 4096u}) {
    Talk talk(kDescriptor);
    talk.slowly(kToServer, start(kUser + std::string(1, '\0')), size);
    talk.slowly(kToClient,
                tagged('R', u32(0)) + tagged('S', std::string("TimeZone\0UTC\0", 13)) +
                    tagged('K', u32(7) + u32(9)) + tagged('Z', "I"),
                size);
    talk.slowly(kToServer, tagged('Q', std::string("select 1\0", 9)), size);
    talk.slowly(kToClient,
                tagged('T', std::string("\0\1", 2)) +
                    tagged('D', std::string("\0\2", 2) + u32(3) + "abc" + u32(UINT32_MAX)) +
                    tagged('C', std::string("SELECT 1\0", 9)) + tagged('Z', "I"),
                size);
    talk.slowly(kToServer, tagged('X', ""), size);
    ASSERT_EQ(talk.count(), 3u);
    EXPECT_EQ(
        talk.eve(0),
        R"({"tx_id":1,"request":{"protocol_version":"3.0","startup_parameters":{"user":"me","optional_parameters":[{"database":"db"},{"date_style":"ISO"}]}},"response":{"message":"authentication_ok","parameter_status":[{"time_zone":"UTC"}],"process_id":7,"secret_key":9}})");
    EXPECT_EQ(
        talk.eve(1),
        R"({"tx_id":2,"request":{"simple_query":"select 1"},"response":{"field_count":1,"data_rows":1,"data_size":3,"command_completed":"SELECT 1"}})");
    EXPECT_EQ(talk.eve(2), R"({"tx_id":3,"request":{"message":"termination_message"}})");
    EXPECT_EQ(talk.buffer(1, BufferId::k_pgsql_query, kToServer), "select 1");
    EXPECT_TRUE(talk.tx(0).done() && talk.tx(1).done() && talk.tx(2).done());
  }
}

TEST(Pgsql, APasswordIsNeverKept) {
  Talk talk(kDescriptor);
  talk.client(u32(8) + u32(kSslRequest)).server("N").client(start(kUser + std::string(1, '\0')));
  talk.server(tagged('R', u32(5) + "\x9fi\x1a\x8e"))
      .client(tagged('p', std::string("secret\0", 7)));
  talk.server(tagged('E', std::string("SFATAL\0C28P01\0Mno\0\0", 19)));
  EXPECT_EQ(talk.eve(0),
            R"({"tx_id":1,"request":{"message":"SSL Request"},"response":{"ssl_accepted":false}})");
  EXPECT_NE(talk.eve(1).find(R"("authentication_md5_password":"\\x9fi\u001a\\x8e")"),
            std::string::npos);
  EXPECT_EQ(
      talk.eve(2),
      R"({"tx_id":3,"request":{"password_redacted":true},"response":{"severity_localizable":"FATAL","code":"28P01","message":"no"}})");
  EXPECT_TRUE(talk.tx(2).done());
}

TEST(Pgsql, EncryptionHandsOver) {
  Talk talk(kDescriptor);
  talk.client(u32(8) + u32(kSslRequest)).server("S");
  EXPECT_EQ(talk.flow.change_to, AppProtocol::kTls);
}

TEST(Pgsql, BoundsAndFaults) {
  const uint64_t parameters = counter_of(Weird::kTooManyParameters).value();
  const uint64_t longer = counter_of(Weird::kTooLong).value();
  const uint64_t unasked = counter_of(Weird::kUnasked).value();
  std::string many;
  for (size_t i = 0; i <= kParametersMax; ++i) many += std::string("a\0b\0", 4);
  Talk talk(kDescriptor);
  talk.client(start(many + std::string(1, '\0')));
  EXPECT_EQ(counter_of(Weird::kTooManyParameters).value(), parameters + 1);
  talk.server(tagged('Z', "I") + tagged('Z', "I"));
  EXPECT_EQ(counter_of(Weird::kUnasked).value(), unasked + 1);
  talk.client(tagged('Q', std::string(kMessageMax, 'x')) + tagged('Q', std::string("a\0", 2)));
  EXPECT_EQ(counter_of(Weird::kTooLong).value(), longer + 1);
  EXPECT_EQ(talk.buffer(1, BufferId::k_pgsql_query, kToServer), "a");
  const uint64_t bad = counter_of(Weird::kBadLength).value();
  talk.client("Q" + u32(1));
  EXPECT_EQ(counter_of(Weird::kBadLength).value(), bad + 1);
  EXPECT_EQ(talk.status, ParseStatus::kFailed);
}

TEST(Pgsql, Probe) {
  using enum ProtocolDescriptor::Verdict;
  EXPECT_EQ(probe(kToServer, as_bytes(start(kUser)), false), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes(u32(8) + u32(kSslRequest)), false), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes("GET / HTTP/1.1\r\n"), true), kNo);
  EXPECT_EQ(probe(kToClient, as_bytes("N"), true), kYes);
  EXPECT_EQ(probe(kToClient, as_bytes("N"), false), kNo);
}

}  // namespace
}  // namespace picket::inspect::pgsql
