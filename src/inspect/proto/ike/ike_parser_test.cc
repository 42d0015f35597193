// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ike/ike_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/ike/descriptor.h"
#include "inspect/proto/ike/weird.h"

namespace picket::inspect::ike {
namespace {

using enum Direction;

std::string u16(size_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
}
std::string u32(size_t value) { return u16(value >> 16) + u16(value & 0xffff); }
// A payload that announces the next one.
std::string payload(char next, const std::string& body) {
  return std::string{next, '\0'} + u16(4 + body.size()) + body;
}
std::string message(char version, char first, char exchange, char flags, const std::string& rest) {
  return "initiate" + std::string(8, '\0') + first + version + exchange + flags + u32(0) +
         u32(kHeaderBytes + rest.size()) + rest;
}
// One proposal of one transform of version 1 with those attributes.
std::string association1(const std::string& attributes) {
  const std::string transform = payload('\0', std::string("\1\1\0\0", 4) + attributes);
  return u32(1) + u32(1) + payload('\0', std::string("\1\1\0\1", 4) + transform);
}
const std::string kChosen =
    u16(0x8001) + u16(7) + u16(0x8004) + u16(2) + u16(12) + u16(4) + u32(86400);

TEST(Ike, Version1TellsWhatBothSidesSaid) {
  Talk talk(kDescriptor);
  talk.client(message('\x10', '\1', '\2', '\0',
                      payload('\xd', association1(kChosen)) + payload('\0', "vid")));
  talk.server(message('\x10', '\1', '\2', '\0', payload('\0', association1(kChosen))));
  talk.client(message('\x10', '\4', '\2', '\0', payload('\xa', "keys") + payload('\0', "once")));
  ASSERT_EQ(talk.count(), 3u);
  EXPECT_EQ(
      talk.eve(2),
      R"({"_v":2,"version_major":1,"version_minor":0,"init_spi":"696e697469617465","resp_spi":"0000000000000000","message_id":0,"exchange_type":2,"payload":["KeyExchange","Nonce","NoNextPayload"],"attributes":[{"key":"alg_enc","value":"EncAesCbc","raw":7},{"key":"alg_dh","value":"GroupAlternate1024BitModpGroup","raw":2},{"key":"sa_life_duration","value":"Unknown","raw":86400}],"ikev1":{"doi":1,"encrypted_payloads":false,"client":{"key_exchange_payload":"6b657973","key_exchange_payload_length":4,"nonce_payload":"6f6e6365","nonce_payload_length":4,"proposals":[{"key":"alg_enc","value":"EncAesCbc","raw":7},{"key":"alg_dh","value":"GroupAlternate1024BitModpGroup","raw":2},{"key":"sa_life_duration","value":"Unknown","raw":86400}]},"server":{},"vendor_ids":["766964"]}})");
  EXPECT_EQ(talk.buffer(0, BufferId::k_ike_vendor, kToServer), "vid");
  EXPECT_EQ(talk.buffer(2, BufferId::k_ike_nonce_payload, kToServer), "once");
  EXPECT_EQ(talk.buffer(2, BufferId::k_ike_init_spi, kToServer), "696e697469617465");
  EXPECT_EQ(talk.field(1, FieldId::k_ike_chosen, kToClient, 1), int64_t{4} << 32 | 2);
  EXPECT_EQ(talk.field(2, FieldId::k_ike_key_exchange_payload_length, kToServer), 4);
}

TEST(Ike, Version2NamesWeakAlgorithms) {
  const std::string group = payload('\0', std::string("\4\0", 2) + u16(2));
  const std::string sa = payload('\0', std::string("\1\1\0\1", 4) + group);
  Talk talk(kDescriptor);
  talk.client(
      message('\x20', '\x28', '\x22', '\x08', payload('\x21', "nonce") + payload('\0', sa)));
  EXPECT_TRUE(talk.has_event(0, "weak_crypto_dh"));
  EXPECT_FALSE(talk.has_event(0, "weak_crypto_enc"));
  EXPECT_NE(
      talk.eve(0).find(
          R"("role":"initiator","payload":["Nonce","SecurityAssociation","NoNextPayload"],"ikev2":{"errors":0,"notify":[]})"),
      std::string::npos);
}

TEST(Ike, BoundsAndFaults) {
  const uint64_t cut = counter_of(Weird::kCutShort).value();
  const uint64_t payloads = counter_of(Weird::kTooManyPayloads).value();
  const uint64_t attributes = counter_of(Weird::kTooManyAttributes).value();
  Talk talk(kDescriptor);
  talk.client("short").client(message('\x10', '\1', '\2', '\0', std::string("\0\0\0\2", 4)));
  EXPECT_EQ(counter_of(Weird::kCutShort).value(), cut + 2);
  std::string many;
  for (size_t i = 0; i <= kPayloadsMax; ++i) many += payload('\xd', "");
  talk.client(message('\x10', '\xd', '\2', '\0', many));
  EXPECT_EQ(counter_of(Weird::kTooManyPayloads).value(), payloads + 1);
  std::string values;
  for (size_t i = 0; i <= kAttributesMax; ++i) values += u16(0x8001) + u16(1);
  talk.client(message('\x10', '\1', '\2', '\0', payload('\0', association1(values))));
  EXPECT_EQ(counter_of(Weird::kTooManyAttributes).value(), attributes + 1);
}

TEST(Ike, Probe) {
  using enum ProtocolDescriptor::Verdict;
  const std::string good = message('\x20', '\0', '\x22', '\x08', "");
  EXPECT_EQ(probe(kToServer, as_bytes(good), true), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes(std::string(4, '\0') + good), true), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes(good), false), kNo);
  EXPECT_EQ(probe(kToServer, as_bytes(good + "x"), true), kNo);
}

}  // namespace
}  // namespace picket::inspect::ike
