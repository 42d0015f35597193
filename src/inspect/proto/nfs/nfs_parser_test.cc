// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/nfs/nfs_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/nfs/descriptor.h"
#include "inspect/proto/nfs/weird.h"

namespace picket::inspect::nfs {
namespace {

using enum Direction;

std::string u32(size_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
  return out;
}
std::string u64(size_t value) { return u32(value >> 32) + u32(value & 0xffffffff); }
std::string opaque(const std::string& bytes) {
  return u32(bytes.size()) + bytes + std::string((4 - bytes.size() % 4) % 4, '\0');
}
std::string record(const std::string& message) {
  return u32(0x80000000u | message.size()) + message;
}
std::string call(uint32_t xid, uint32_t version, uint32_t procedure, const std::string& arguments) {
  const std::string unix_credentials = u32(9) + opaque("host") + u32(7) + u32(8) + u32(0);
  return record(u32(xid) + u32(0) + u32(2) + u32(kProgram) + u32(version) + u32(procedure) +
                u32(1) + opaque(unix_credentials) + u32(0) + u32(0) + arguments);
}
std::string reply(uint32_t xid, uint32_t status, const std::string& result = {}) {
  return record(u32(xid) + u32(1) + u32(0) + u32(0) + u32(0) + u32(0) + u32(status) + result);
}
const std::string kHandle2(32, 'h'), kOther2(32, 'i');

TEST(Nfs, ACallWithItsReply) {
  for (const size_t size : {1u, 4096u}) {
    Talk talk(kDescriptor);
    talk.slowly(kToServer, call(5, 2, 11, kHandle2 + opaque("old") + kOther2 + opaque("new")),
                size);
    talk.slowly(kToClient, reply(5, 0), size);
    ASSERT_EQ(talk.count(), 1u);
    EXPECT_TRUE(talk.tx(0).done());
    EXPECT_EQ(
        talk.eve(0),
        R"({"version":2,"procedure":"RENAME","filename":"old","id":0,"file_tx":false,"rename":{"from":"old","to":"new"},"type":"response","status":"OK"})");
    std::string more;
    JsonWriter writer(more);
    writer.begin_object();
    talk.tx(0).append_eve_more(writer);
    EXPECT_EQ(
        more,
        R"({"rpc":{"xid":5,"status":"ACCEPTED","auth_type":"UNIX","creds":{"machine_name":"host","uid":7,"gid":8}})");
    EXPECT_EQ(talk.field(0, FieldId::k_nfs_procedure, kToServer), 11);
    EXPECT_EQ(talk.field(0, FieldId::k_nfs_version, kToServer), 2);
  }
}

TEST(Nfs, ReadsOfAFileAreOneTransaction) {
  const std::string handle = opaque("handle");
  Talk talk(kDescriptor);
  talk.client(call(1, 3, 3, opaque("dir") + opaque("a.txt"))).server(reply(1, 0, handle));
  const auto attributes = u32(0);
  talk.client(call(2, 3, 6, handle + u64(0) + u32(3)));
  talk.server(reply(2, 0, attributes + u32(3) + u32(0) + opaque("abc")));
  talk.client(call(3, 3, 6, handle + u64(3) + u32(3)));
  talk.server(reply(3, 0, attributes + u32(2) + u32(1) + opaque("de")));
  ASSERT_EQ(talk.count(), 2u);
  FileBody* file = talk.tx(1).file(kToClient, 0);
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(as_text(file->name()), "a.txt");
  EXPECT_EQ(talk.buffer(1, BufferId::k_file_data, kToClient), "abcde");
  EXPECT_EQ(file->state(), FileBody::State::kClosed);
  EXPECT_TRUE(talk.tx(1).done());
}

TEST(Nfs, WritesAreFollowedInBothVersions) {
  Talk talk(kDescriptor);
  talk.client(call(1, 2, 8, kHandle2 + u32(0) + u32(0) + u32(3) + opaque("abc")));
  talk.client(call(2, 3, 7, opaque("x") + u64(4) + u32(1) + u32(0) + opaque("z")));
  ASSERT_EQ(talk.count(), 2u);
  EXPECT_EQ(talk.buffer(0, BufferId::k_file_data, kToServer), "abc");
  EXPECT_EQ(talk.tx(1).file(kToServer, 0)->start(), 4u);
  EXPECT_NE(talk.eve(1).find(R"("procedure":"WRITE")"), std::string::npos);
}

TEST(Nfs, Version4IsCalledByItsOperation) {
  Talk talk(kDescriptor);
  const std::string sequence = u32(53) + std::string(32, 's');
  talk.client(
      call(1, 4, 1, opaque("tag") + u32(1) + u32(3) + sequence + u32(22) + opaque("h") + u32(38)));
  EXPECT_NE(talk.eve(0).find(R"("version":4,"procedure":"WRITE")"), std::string::npos);
}

TEST(Nfs, BoundsAndFaults) {
  const uint64_t waiting = counter_of(Weird::kTooManyWaiting).value();
  const uint64_t files = counter_of(Weird::kTooManyFiles).value();
  const uint64_t records = counter_of(Weird::kRecordTooLong).value();
  const uint64_t unasked = counter_of(Weird::kUnasked).value();
  Talk talk(kDescriptor);
  for (size_t i = 0; i <= kWaitingMax; ++i)
    talk.client(call(static_cast<uint32_t>(i), 2, 1, kHandle2));
  EXPECT_EQ(counter_of(Weird::kTooManyWaiting).value(), waiting + 1);
  Talk writes(kDescriptor);
  for (size_t i = 0; i <= kFilesMax; ++i)
    writes.client(
        call(1, 3, 7, opaque(std::to_string(i)) + u64(0) + u32(1) + u32(0) + opaque("z")));
  EXPECT_EQ(counter_of(Weird::kTooManyFiles).value(), files + 1);
  Talk odd(kDescriptor);
  odd.server(reply(77, 0));
  EXPECT_EQ(counter_of(Weird::kUnasked).value(), unasked + 1);
  odd.client(u32(0x80000000u | (kRecordMax + 1)) + std::string(kRecordMax + 1, 'x'));
  EXPECT_EQ(counter_of(Weird::kRecordTooLong).value(), records + 1);
  odd.client(call(1, 2, 1, kHandle2));
  EXPECT_EQ(odd.count(), 1u) << "in step again behind it";
  const uint64_t malformed = counter_of(Weird::kMalformed).value();
  odd.client(record("xx"));
  EXPECT_EQ(counter_of(Weird::kMalformed).value(), malformed + 1);
}

TEST(Nfs, Probe) {
  using enum ProtocolDescriptor::Verdict;
  const std::string asked = call(1, 3, 1, "");
  EXPECT_EQ(probe_tcp(kToServer, as_bytes(asked), false), kYes);
  EXPECT_EQ(probe_udp(kToServer, as_bytes(asked.substr(4)), false), kYes);
  EXPECT_EQ(probe_tcp(kToServer, as_bytes(call(1, 5, 1, "")), true), kNo);
  EXPECT_EQ(probe_tcp(kToClient, as_bytes(reply(1, 0)), true), kYes);
  EXPECT_EQ(probe_tcp(kToClient, as_bytes(reply(1, 0)), false), kNo);
  EXPECT_EQ(probe_tcp(kToServer, as_bytes(reply(1, 0)), true), kReversed);
}

}  // namespace
}  // namespace picket::inspect::nfs
