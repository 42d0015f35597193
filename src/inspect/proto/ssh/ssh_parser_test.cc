// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ssh/ssh_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/ssh/descriptor.h"
#include "inspect/proto/ssh/weird.h"

namespace picket::inspect::ssh {
namespace {

using enum Direction;

std::string number(uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
          static_cast<char>(value >> 8), static_cast<char>(value)};
}
std::string packet(char type, const std::string& payload) {
  return number(static_cast<uint32_t>(payload.size() + 2 + 4)) + '\4' + type + payload + "pad.";
}
std::string proposal() {
  std::string out(16, 'c');
  for (const char* list : {"kex", "key", "c1", "c2", "m1", "m2", "z1", "z2", "", ""})
    out += number(static_cast<uint32_t>(std::string_view(list).size())) + list;
  return packet(20, out + std::string(5, '\0'));
}

TEST(Ssh, ReadsIdentificationAndProposalHoweverCut) {
  const std::string client =
      "SSH-2.0-OpenSSH_9.2 Debian\r\n" + proposal() + packet(21, "") + "encrypted";
  const std::string server = "welcome\r\nSSH-1.99-Cisco-1.25\n" + proposal();
  for (const size_t size : {1u, 7u, 4096u}) {
    Talk talk(kDescriptor);
    talk.slowly(kToServer, client, size).slowly(kToClient, server, size);
    EXPECT_EQ(talk.buffer(0, BufferId::k_ssh_proto, kToServer), "2.0");
    EXPECT_EQ(talk.buffer(0, BufferId::k_ssh_software, kToServer), "OpenSSH_9.2");
    EXPECT_EQ(talk.buffer(0, BufferId::k_ssh_software, kToClient), "Cisco-1.25");
    EXPECT_EQ(talk.buffer(0, BufferId::k_ssh_hassh_string, kToServer), "kex;c1;m1;z1");
    EXPECT_EQ(talk.buffer(0, BufferId::k_ssh_hassh_string, kToClient), "(none)");
    EXPECT_EQ(talk.buffer(0, BufferId::k_ssh_hassh_server_string, kToClient), "kex;c2;m2;z2");
    EXPECT_EQ(talk.buffer(0, BufferId::k_ssh_hassh, kToServer), "b7ea5e4a02d023fc931bfc64be2280ab");
    EXPECT_EQ(talk.tx(0).progress(kToServer), Transaction::kDone);
    EXPECT_EQ(talk.tx(0).progress(kToClient), 2);
    EXPECT_TRUE(talk.tx(0).events.empty());
  }
}

TEST(Ssh, LongAndEmptyIdentificationsAreTold) {
  Talk talk(kDescriptor);
  const uint64_t before = counter_of(Weird::kBannerTooLong).value();
  talk.client("SSH-2.0-" + std::string(400, 'x') + "\r\n").server("SSH-\r\n");
  EXPECT_TRUE(talk.has_event(0, "long_banner"));
  EXPECT_TRUE(talk.has_event(0, "invalid_banner"));
  EXPECT_EQ(counter_of(Weird::kBannerTooLong).value(), before + 1);
  EXPECT_EQ(talk.buffer(0, BufferId::k_ssh_software, kToServer).size(), kBannerMax - 8);
}

TEST(Ssh, PacketsThatLieEndTheReading) {
  Talk talk(kDescriptor);
  talk.client("SSH-2.0-x\r\n" + number(0x7fffffff) + "\4\x14");
  EXPECT_TRUE(talk.has_event(0, "long_kex_record"));
  EXPECT_EQ(talk.tx(0).progress(kToServer), Transaction::kDone);
  Talk chatty(kDescriptor);
  for (size_t i = 0; i <= kLinesBeforeMax; ++i) chatty.server("line\r\n");
  EXPECT_EQ(chatty.tx(0).progress(kToClient), Transaction::kDone);
}

TEST(Ssh, EveShowsBothSides) {
  Talk talk(kDescriptor);
  talk.client("SSH-2.0-a\r\n").server("SSH-2.0-b c\r\n");
  EXPECT_EQ(talk.eve(0), R"({"client":{"proto_version":"2.0","software_version":"a"},)"
                         R"("server":{"proto_version":"2.0","software_version":"b"}})");
}

}  // namespace
}  // namespace picket::inspect::ssh
