// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ftp/ftp_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/ftp/data_address.h"
#include "inspect/proto/ftp/descriptor.h"
#include "inspect/proto/ftp/weird.h"

namespace picket::inspect::ftp {
namespace {

using enum Direction;

TEST(Ftp, CommandsEndWithTheirLastReply) {
  Talk talk(kDescriptor);
  talk.server("220 hi\r\n").client("user me\r\n").server("331 word\r\n");
  talk.client("NLST\r\n").server("150 here\r\n");
  ASSERT_EQ(talk.count(), 3u);
  EXPECT_TRUE(talk.tx(0).done() && talk.tx(1).done());
  EXPECT_FALSE(talk.tx(2).done());
  talk.server("226 sent\r\n");
  EXPECT_TRUE(talk.tx(2).done());
  EXPECT_EQ(talk.buffer(0, BufferId::k_ftp_command, kToServer), "(none)");
  EXPECT_EQ(talk.buffer(1, BufferId::k_ftp_command, kToServer), "USER");
  EXPECT_EQ(talk.buffer(1, BufferId::k_ftp_command_data, kToServer), "me");
  EXPECT_EQ(talk.buffer(2, BufferId::k_ftp_completion_code, kToClient, 1), "226");
  EXPECT_EQ(talk.buffer(2, BufferId::k_ftp_reply, kToClient, 1), "sent");
  EXPECT_EQ(talk.eve(2),
            R"({"command":"NLST","command_truncated":false,"completion_code":["150","226"],)"
            R"("reply":["here","sent"],"reply_truncated":false,"reply_received":"yes"})");
}

TEST(Ftp, RepliesOfSeveralLinesAreOne) {
  Talk talk(kDescriptor);
  talk.client("FEAT\r\n").server("211-Features:\r\n MDTM\r\n211 End\r\n").client("NOOP\r\n");
  EXPECT_TRUE(talk.tx(0).done());
  EXPECT_EQ(talk.buffer(0, BufferId::k_ftp_reply, kToClient, 1), " MDTM");
  EXPECT_FALSE(talk.tx(1).done());
}

TEST(Ftp, PassiveTransfersAreAnnouncedWithTheirFile) {
  Talk talk(kDescriptor);
  talk.client("EPSV\r\n").server("229 Passive (|||58612|)\r\n").client("RETR a b.txt\r\n");
  EXPECT_EQ(talk.field(0, FieldId::k_ftp_dynamic_port, kToServer), 58612);
  EXPECT_EQ(talk.field(0, FieldId::k_ftp_mode, kToClient), 1);
  ASSERT_EQ(talk.flow.expected.size(), 1u);
  EXPECT_EQ(talk.flow.expected[0].label, "RETR a b.txt");
  EXPECT_EQ(talk.flow.expected[0].server, (Endpoint{talk.flow.server.address, 58612}));
  EXPECT_EQ(talk.flow.expected[0].client, talk.flow.client.address);
}

TEST(Ftp, ActiveTransfersComeFromTheServer) {
  Talk talk(kDescriptor);
  talk.client("PORT 192,0,2,1,234,10\r\nSTOR x\r\n");
  EXPECT_EQ(talk.field(0, FieldId::k_ftp_dynamic_port, kToServer), 59914);
  EXPECT_EQ(talk.field(0, FieldId::k_ftp_mode, kToServer), 0);
  EXPECT_EQ(talk.field(0, FieldId::k_ftpbounce, kToServer), -1);
  ASSERT_EQ(talk.flow.expected.size(), 1u);
  EXPECT_EQ(talk.flow.expected[0].server, (Endpoint{talk.flow.client.address, 59914}));
  EXPECT_EQ(talk.flow.expected[0].client, talk.flow.server.address);
  Talk bounce(kDescriptor);
  bounce.client("PORT 198,51,100,9,0,80\r\n");
  EXPECT_EQ(bounce.field(0, FieldId::k_ftpbounce, kToServer), 1);
}

TEST(Ftp, LinesTooLongAreCutAndTold) {
  Talk talk(kDescriptor);
  talk.client("RETR " + std::string(6000, 'A') + "\r\nRETR next\r\n");
  ASSERT_EQ(talk.count(), 2u);
  EXPECT_EQ(talk.buffer(0, BufferId::k_ftp_command_data, kToServer).size(), kLineBytesMax - 5);
  EXPECT_TRUE(talk.has_event(0, "request_command_too_long"));
  EXPECT_EQ(talk.buffer(1, BufferId::k_ftp_command_data, kToServer), "next");
}

TEST(Ftp, RepliesAreBounded) {
  Talk talk(kDescriptor);
  const uint64_t before = counter_of(Weird::kTooManyReplies).value();
  talk.client("HELP\r\n");
  for (size_t i = 0; i <= kRepliesMax; ++i) talk.server("150 x\r\n");
  EXPECT_EQ(static_cast<FtpTransaction&>(talk.tx(0)).replies.size(), kRepliesMax);
  EXPECT_EQ(counter_of(Weird::kTooManyReplies).value(), before + 1);
}

TEST(Ftp, AuthTlsHandsOver) {
  Talk talk(kDescriptor);
  talk.client("AUTH TLS\r\n").server("234 go\r\n");
  EXPECT_EQ(talk.flow.change_to, AppProtocol::kTls);
}

TEST(FtpData, IsAFile) {
  Talk talk(kDataDescriptor, "STOR up.bin");
  talk.client("abc").client("def", true);
  EXPECT_TRUE(talk.tx(0).done());
  EXPECT_EQ(as_text(talk.tx(0).file(kToServer, 0)->window()), "abcdef");
  EXPECT_EQ(talk.tx(0).file(kToClient, 0), nullptr);
  EXPECT_EQ(talk.field(0, FieldId::k_ftpdata_command, kToServer), 2);
  EXPECT_EQ(talk.eve(0), R"({"filename":"up.bin","command":"STOR"})");
  EXPECT_EQ(talk.tx(0).eve_type(), "ftp_data");
}

TEST(FtpAddress, FormsAndNearMisses) {
  EXPECT_EQ(host_port("Entering Passive Mode (10,0,0,1,4,210).")->text(), "10.0.0.1:1234");
  EXPECT_EQ(host_port("=127,0,0,1,0,21")->port, 21);
  EXPECT_FALSE(host_port("10,0,0,1,4"));
  EXPECT_FALSE(host_port("10,0,0,256,4,1"));
  EXPECT_EQ(extended_port("|2|2001:db8::1|34325|")->port, 34325);
  EXPECT_FALSE(extended_port("|2|2001:db8::1|99999|"));
}

}  // namespace
}  // namespace picket::inspect::ftp
