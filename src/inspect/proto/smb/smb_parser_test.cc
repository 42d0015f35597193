// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/smb/smb_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/dcerpc/dcerpc_for_tests.h"
#include "inspect/proto/smb/descriptor.h"
#include "inspect/proto/smb/names.h"
#include "inspect/proto/smb/weird.h"

namespace picket::inspect::smb {
namespace {

using dcerpc::le16;
using dcerpc::le32;
using enum Direction;

std::string wide(std::string_view text) {
  std::string out;
  for (const char c : text) out += std::string{c, '\0'};
  return out;
}
std::string le64(uint64_t value) {
  return le32(static_cast<unsigned>(value)) + le32(static_cast<unsigned>(value >> 32));
}
std::string framed(const std::string& message) {
  const size_t size = message.size();
  return std::string{'\0', static_cast<char>(size >> 16), static_cast<char>(size >> 8),
                     static_cast<char>(size)} +
         message;
}
std::string smb2(unsigned command, uint64_t id, bool response, const std::string& body,
                 unsigned status = 0, unsigned tree = 1) {
  return framed(std::string("\xfeSMB") + le16(64) + le16(0) + le32(status) + le16(command) +
                le16(1) + le32(response ? 1 : 0) + le32(0) + le64(id) + le32(0) + le32(tree) +
                le64(77) + std::string(16, 's') + body);
}
const std::string kFileId = "ABCDEFGHIJKLMNOP";

std::string create_request(std::string_view name) {
  const std::string text = wide(name);
  return std::string(36, '\0') + le32(2) + le32(0) + le16(64 + 56) +
         le16(static_cast<unsigned>(text.size())) + le32(0) + le32(0) + text;
}
std::string create_response() {
  return std::string(8, '\0') + std::string(32, '\0') + le64(0) + le64(5) + std::string(8, '\0') +
         kFileId + le64(0);
}
std::string tree_request(std::string_view name) {
  const std::string text = wide(name);
  return le16(9) + le16(0) + le16(64 + 8) + le16(static_cast<unsigned>(text.size())) + text;
}
std::string write_request(uint64_t offset, const std::string& data) {
  return le16(49) + le16(64 + 48) + le32(static_cast<unsigned>(data.size())) + le64(offset) +
         kFileId + std::string(16, '\0') + data;
}
std::string read_response(const std::string& data) {
  return le16(17) + std::string{static_cast<char>(64 + 16), '\0'} +
         le32(static_cast<unsigned>(data.size())) + std::string(8, '\0') + data;
}
std::string close_request() { return le16(24) + le16(0) + le32(0) + kFileId; }

void connect(Talk& talk, std::string_view share, char type) {
  talk.client(smb2(3, 1, false, tree_request(share), 0, 0));
  talk.server(smb2(3, 1, true, le16(16) + type + std::string(13, '\0')));
}
void open_file(Talk& talk, std::string_view name) {
  talk.client(smb2(5, 2, false, create_request(name))).server(smb2(5, 2, true, create_response()));
}

TEST(Smb2, SharesPipesAndFilesHaveTheirNames) {
  Talk talk(kDescriptor);
  connect(talk, "\\\\srv\\docs", 1);
  open_file(talk, "a.txt");
  ASSERT_EQ(talk.count(), 2u);
  EXPECT_TRUE(talk.tx(0).done() && talk.tx(1).done());
  EXPECT_EQ(talk.buffer(0, BufferId::k_smb_share, kToServer), "\\\\srv\\docs");
  EXPECT_EQ(talk.buffer(0, BufferId::k_smb_named_pipe, kToServer), "(none)");
  EXPECT_EQ(talk.buffer(1, BufferId::k_smb_share, kToServer), "(none)");
  const std::string eve = talk.eve(1);
  for (const char* part :
       {R"("id":2)", R"("command":"SMB2_COMMAND_CREATE")",
        R"("status":"STATUS_SUCCESS","status_code":"0x0")", R"("session_id":77,"tree_id":1)",
        R"("filename":"a.txt","disposition":"FILE_CREATE","access":"normal")",
        R"("fuid":"44434241-4645-4847-4a49-4c4b504f4e4d")"})
    EXPECT_NE(eve.find(part), std::string::npos) << part << " in " << eve;
}

TEST(Smb2, AllWritesOfAFileAreOneInAnyOrder) {
  Talk talk(kDescriptor);
  connect(talk, "\\\\srv\\docs", 1);
  open_file(talk, "a.txt");
  talk.client(smb2(9, 3, false, write_request(0, "abc")) +
              smb2(9, 4, false, write_request(6, "ghi")) +
              smb2(9, 5, false, write_request(3, "def")));
  talk.server(smb2(9, 3, true, ""));
  ASSERT_EQ(talk.count(), 3u);
  EXPECT_EQ(as_text(talk.tx(2).file(kToServer, 0)->window()), "abcdefghi");
  EXPECT_FALSE(talk.tx(2).done());
  talk.client(smb2(6, 6, false, close_request())).server(smb2(6, 6, true, ""));
  EXPECT_TRUE(talk.tx(2).done());
  EXPECT_EQ(talk.tx(2).file(kToServer, 0)->state(), FileBody::State::kClosed);
  EXPECT_NE(talk.eve(2).find("SMB2_COMMAND_WRITE"), std::string::npos);
}

TEST(Smb2, LongReadsPassAsTheyCome) {
  Talk talk(kDescriptor);
  connect(talk, "\\\\srv\\docs", 1);
  open_file(talk, "big.bin");
  talk.client(smb2(8, 3, false,
                   le16(49) + le16(0) + le32(1 << 20) + le64(0) + kFileId + std::string(17, '\0')));
  const std::string data(300'000, 'd');
  talk.slowly(kToClient, smb2(8, 3, true, read_response(data)) + smb2(6, 9, true, ""), 1460);
  EXPECT_EQ(talk.tx(2).file(kToClient, 0)->size(), data.size());
  EXPECT_EQ(talk.waiting(kToClient), 0u);
}

TEST(Smb2, CallsOverPipes) {
  Talk talk(kDescriptor);
  connect(talk, "\\\\srv\\IPC$", 2);
  open_file(talk, "atsvc");
  EXPECT_EQ(talk.buffer(0, BufferId::k_smb_named_pipe, kToServer), "\\\\srv\\IPC$");
  talk.client(smb2(9, 3, false, write_request(0, dcerpc::bind_of(1, 0))))
      .server(smb2(9, 3, true, ""));
  EXPECT_FALSE(talk.tx(2).done());
  talk.client(smb2(8, 4, false,
                   le16(49) + le16(0) + le32(1024) + le64(0) + kFileId + std::string(17, '\0')));
  talk.server(smb2(8, 4, true, read_response(dcerpc::bind_ack_of(1, 0))));
  EXPECT_TRUE(talk.tx(2).done());
  EXPECT_NE(talk.eve(2).find(R"("dcerpc":{"request":"BIND")"), std::string::npos);
  const std::string call = dcerpc::request_of(2, 0, 0, "stub");
  talk.client(smb2(11, 5, false,
                   le16(57) + le16(0) + le32(0x0011c017) + kFileId + le32(64 + 56) +
                       le32(static_cast<unsigned>(call.size())) + std::string(24, '\0') + call));
  const std::string answer = dcerpc::response_of(2, "back");
  talk.server(smb2(11, 5, true,
                   le16(49) + le16(0) + le32(0x0011c017) + kFileId + le64(0) + le32(64 + 48) +
                       le32(static_cast<unsigned>(answer.size())) + le64(0) + answer));
  ASSERT_EQ(talk.count(), 4u);
  EXPECT_TRUE(talk.tx(3).done());
  EXPECT_EQ(talk.field(3, FieldId::k_dcerpc_opnum, kToServer), 0);
  EXPECT_EQ(talk.buffer(3, BufferId::k_dcerpc_iface, kToServer).size(), 18u);
  EXPECT_EQ(talk.buffer(3, BufferId::k_dcerpc_stub_data, kToClient), "back");
  EXPECT_NE(talk.eve(3).find("FSCTL_PIPE_TRANSCEIVE"), std::string::npos);
}

std::string smb1(char command, unsigned id, bool response, const std::string& words,
                 const std::string& data, unsigned status = 0) {
  return framed(std::string("\xffSMB") + command + le32(status) + (response ? '\x98' : '\x18') +
                le16(0x4001) + std::string(12, '\0') + le16(8) + le16(100) + le16(9) + le16(id) +
                static_cast<char>(words.size() / 2) + words +
                le16(static_cast<unsigned>(data.size())) + data);
}

TEST(Smb1, NegotiatesConnectsAndCreates) {
  Talk talk(kDescriptor);
  talk.client(smb1('\x72', 1, false, "", std::string("\2LANMAN1.0\0\2NT LM 0.12\0", 23)));
  talk.server(
      smb1('\x72', 1, true, le16(1) + std::string(32, '\0'), std::string("0123456789abcdef")));
  EXPECT_NE(
      talk.eve(0).find(R"("dialect":"NT LM 0.12","command":"SMB1_COMMAND_NEGOTIATE_PROTOCOL")"),
      std::string::npos);
  talk.client(smb1('\x75', 2, false, std::string("\xff\0\0\0", 4) + le16(0) + le16(1),
                   std::string("\0\\\\s\\C$\0A:\0", 11)));
  talk.server(
      smb1('\x75', 2, true, std::string("\xff\0\0\0", 4) + le16(0), std::string("A:\0", 3)));
  EXPECT_EQ(talk.buffer(1, BufferId::k_smb_share, kToServer), "\\\\s\\C$");
  EXPECT_EQ(talk.field(1, FieldId::k_smb_version, kToServer), 1);
}

TEST(Smb1, WritesAreFiles) {
  Talk talk(kDescriptor);
  const std::string words = std::string("\xff\0\0\0", 4) + le16(5) + le32(0) + le32(0) + le16(0) +
                            le16(0) + le16(0) + le16(4) + le16(32 + 1 + 24 + 2);
  talk.client(smb1('\x2f', 1, false, words, "data"));
  ASSERT_EQ(talk.count(), 1u);
  EXPECT_EQ(as_text(talk.tx(0).file(kToServer, 0)->window()), "data");
}

TEST(SmbBounds, WaitingHandlesTreesAndAhead) {
  Talk talk(kDescriptor);
  const uint64_t waiting = counter_of(Weird::kTooManyWaiting).value();
  for (unsigned i = 0; i <= kWaitingMax; ++i) talk.client(smb2(16, i, false, ""));
  EXPECT_EQ(counter_of(Weird::kTooManyWaiting).value(), waiting + 1);
  const uint64_t trees = counter_of(Weird::kTooManyTrees).value();
  for (unsigned i = 0; i <= kTreesMax; ++i) {
    talk.client(smb2(3, 5000 + i, false, tree_request("\\\\a\\b"), 0, 0));
    talk.server(smb2(3, 5000 + i, true, le16(16) + '\1' + std::string(13, '\0'), 0, i));
  }
  EXPECT_EQ(counter_of(Weird::kTooManyTrees).value(), trees + 1);
  const uint64_t handles = counter_of(Weird::kTooManyHandles).value();
  for (unsigned i = 0; i <= kHandlesMax; ++i) {
    std::string body = write_request(0, "x");
    body.replace(16, 4, le32(i));
    talk.client(smb2(9, 9000 + i, false, body));
  }
  EXPECT_EQ(counter_of(Weird::kTooManyHandles).value(), handles + 1);
  SmbFile file("f", kToServer);
  file.write(0, as_bytes("a"));
  const uint64_t ahead = counter_of(Weird::kDataOutOfOrder).value();
  const std::string far(kAheadMax + 1, 'z');
  file.write(10, as_bytes(far));
  EXPECT_EQ(counter_of(Weird::kDataOutOfOrder).value(), ahead + 1);
  EXPECT_TRUE(file.body.has_gaps());
}

TEST(SmbBounds, RecordsTooLongArePassedOver) {
  Talk talk(kDescriptor);
  const uint64_t before = counter_of(Weird::kRecordTooLong).value();
  talk.slowly(
      kToServer,
      smb2(5, 1, false, std::string(kRecordMax, 'x')) + smb2(3, 2, false, tree_request("\\\\a\\b")),
      60'000);
  EXPECT_EQ(counter_of(Weird::kRecordTooLong).value(), before + 1);
  EXPECT_EQ(talk.count(), 1u);
}

TEST(SmbNames, ForPeople) {
  EXPECT_EQ(from_utf16(as_bytes(wide("abc") + std::string("\x3d\xd8\x00\xde", 4))),
            "abc\xf0\x9f\x98\x80");
  EXPECT_EQ(status_text(0xc0000022), "STATUS_ACCESS_DENIED");
  EXPECT_EQ(dos_error_text(2, 0x5b), "SRV_BADUID");
  EXPECT_EQ(unix_seconds(0), 0u);
  EXPECT_EQ(unix_seconds(131'570'590'000'000'000), 1512585400u);
}

TEST(SmbNtlmssp, ReadsWhoLogsOn) {
  const std::string user = wide("Admin"), domain = wide("CORP");
  std::string message = std::string("NTLMSSP\0", 8) + le32(3) + std::string(16, '\0');
  const auto field = [](size_t size, size_t offset) {
    return le16(static_cast<unsigned>(size)) + le16(static_cast<unsigned>(size)) +
           le32(static_cast<unsigned>(offset));
  };
  message += field(domain.size(), 72) + field(user.size(), 72 + domain.size()) + field(0, 72) +
             field(0, 72);
  message += le32(0x02000001) + std::string("\x0a\0\xfa\x28\0\0\0\x0f", 8) + domain + user;
  const auto who = read_ntlmssp(as_bytes("wrapped " + message));
  ASSERT_TRUE(who);
  EXPECT_EQ(who->user, "Admin");
  EXPECT_EQ(who->domain, "CORP");
  EXPECT_EQ(who->version, "10.0 build 10490 rev 15");
  EXPECT_FALSE(read_ntlmssp(as_bytes("NTLMSSP")));
}

}  // namespace
}  // namespace picket::inspect::smb
