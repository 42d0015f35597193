// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/rdp/rdp_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/rdp/descriptor.h"
#include "inspect/proto/rdp/weird.h"

namespace picket::inspect::rdp {
namespace {

using enum Direction;

std::string le(uint32_t value, size_t bytes) {
  std::string out;
  for (size_t i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> 8 * i));
  return out;
}
std::string tpkt(const std::string& body) {
  const size_t length = body.size() + 4;
  return std::string{'\3', '\0', static_cast<char>(length >> 8), static_cast<char>(length)} + body;
}
std::string connection(char type, const std::string& rest) {
  return tpkt(static_cast<char>(rest.size() + 6) + (type + std::string(5, '\0')) + rest);
}
std::string wide(std::string_view text, size_t bytes) {
  std::string out;
  for (const char c : text) out += std::string{c, '\0'};
  out.resize(bytes);
  return out;
}
std::string settings(size_t channels) {
  const std::string core = le(0x80004, 4) + le(1152, 2) + le(864, 2) + le(0, 4) + le(0x409, 4) +
                           le(2600, 4) + wide("PC", 32) + le(4, 4) + le(0, 4) + le(12, 4) +
                           std::string(64, '\0') + le(0xca01, 2) + le(1, 2) + le(0, 4) + le(15, 2) +
                           le(7, 2) + le(1, 2) + wide("55274", 64);
  std::string names;
  for (size_t i = 0; i < channels; ++i) names += std::string("rdpdr\0\0\0", 8) + le(0, 4);
  const std::string network = le(static_cast<uint32_t>(channels), 4) + names;
  const auto block = [](uint32_t type, const std::string& content) {
    return le(type, 2) + le(static_cast<uint32_t>(content.size() + 4), 2) + content;
  };
  return tpkt(std::string("\2\xf0\x80\x7f\x65", 5) + "Duca\x81\x18" + block(0xc001, core) +
              block(0xc003, network));
}

TEST(Rdp, ReadsHowAConnectionOpens) {
  for (const size_t size : {1u, 4096u}) {
    Talk talk(kDescriptor);
    talk.slowly(kToServer, connection('\xe0', "Cookie: mstshash=A70067\r\n"), size);
    talk.slowly(kToClient, connection('\xd0', ""), size);
    talk.slowly(kToServer, settings(1), size);
    talk.slowly(kToClient, tpkt(std::string("\2\xf0\x80\x7f\x66", 5)), size);
    ASSERT_EQ(talk.count(), 4u);
    EXPECT_EQ(talk.eve(0), R"({"tx_id":0,"event_type":"initial_request","cookie":"A70067"})");
    EXPECT_EQ(
        talk.eve(2),
        R"({"tx_id":2,"event_type":"connect_request","client":{"version":"v5","desktop_width":1152,"desktop_height":864,)"
        R"("color_depth":15,"build":"Windows XP","client_name":"PC","keyboard_type":"enhanced","function_keys":12,)"
        R"("product_id":1,"capabilities":["support_errinfo_pdf"],"id":"55274"},"channels":["rdpdr"]})");
  }
}

TEST(Rdp, StopsWhereItIsEncrypted) {
  Talk talk(kDescriptor);
  talk.client(connection('\xe0', ""))
      .server(connection('\xd0', std::string("\2\0\x08\0\1\0\0\0", 8)));
  talk.client("\x16\x03\x01 tls");
  EXPECT_EQ(talk.count(), 2u);
  EXPECT_EQ(talk.waiting(kToServer), 0u);
}

TEST(Rdp, BoundsAndFaults) {
  const uint64_t channels = counter_of(Weird::kTooManyChannels).value(),
                 cut = counter_of(Weird::kCutShort).value();
  Talk talk(kDescriptor);
  talk.client(settings(kChannelsMax + 1)).client(tpkt(std::string("\2\xf0\x80\x7f\x65xx", 7)));
  EXPECT_EQ(counter_of(Weird::kTooManyChannels).value(), channels + 1);
  EXPECT_EQ(counter_of(Weird::kCutShort).value(), cut + 1);
  const uint64_t bad = counter_of(Weird::kBadFrame).value();
  talk.client("GET / HTTP/1.1");
  EXPECT_EQ(counter_of(Weird::kBadFrame).value(), bad + 1);
}

TEST(Rdp, Probe) {
  using enum ProtocolDescriptor::Verdict;
  EXPECT_EQ(probe(kToServer, as_bytes(connection('\xe0', "Cookie: mstshash=x\r\n")), false), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes(connection('\xe0', "S7comm..")), false), kNo);
  EXPECT_EQ(probe(kToServer, as_bytes(connection('\xe0', "")), true), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes(std::string_view("\3\0\0", 3)), false), kMore);
}

}  // namespace
}  // namespace picket::inspect::rdp
