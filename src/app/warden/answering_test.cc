// SPDX-License-Identifier: Apache-2.0
#include "app/warden/answering.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/warden/process_files.h"
#include "app/warden/warden_test_tools.h"
#include "sensor/fallback/socket_owners.h"

namespace picket::app::warden {
namespace {

constexpr auto kFirst = static_cast<uint32_t>(Ask::kHello);
constexpr auto kLast = static_cast<uint32_t>(Ask::kCheckProgram);

template <typename T>
T structure(const Answering::Reply& reply) {
  T value{};
  EXPECT_EQ(reply.bytes.size(), sizeof value);
  if (reply.bytes.size() == sizeof value) std::memcpy(&value, reply.bytes.data(), sizeof value);
  return value;
}

class AnsweringTest : public testing::Test {
 protected:
  Answering fresh() { return Answering(nullptr, "no BPF here", true, some_descriptor()); }
  Answering greeted() {
    Answering answering = fresh();
    EXPECT_FALSE(answering.answer(message_of(Ask::kHello)).refused);
    return answering;
  }
  static void expect_refused(Answering& answering, const Message& message, int error) {
    const Answering::Reply reply = answering.answer(message);
    EXPECT_TRUE(reply.refused);
    EXPECT_EQ(reply.header.error, error);
    EXPECT_EQ(reply.header.bytes, 0u);
    EXPECT_TRUE(reply.bytes.empty());
    EXPECT_TRUE(reply.descriptors.empty());
  }
};

TEST_F(AnsweringTest, Hello) {
  Answering answering = fresh();
  const Answering::Reply reply = answering.answer(message_of(Ask::kHello));
  EXPECT_FALSE(reply.refused);
  EXPECT_EQ(reply.header.error, 0);
  EXPECT_EQ(reply.header.magic, kMagic);
  EXPECT_EQ(reply.header.sequence, 7u);
  EXPECT_EQ(reply.header.bytes, sizeof(HelloAnswer));
  const auto hello = structure<HelloAnswer>(reply);
  EXPECT_EQ(hello.bpf, 0u);
  EXPECT_EQ(hello.whole_machine, 1u);
  EXPECT_STREQ(hello.note, "no BPF here");
  EXPECT_EQ(reply.descriptors.size(), 1u);
}

TEST_F(AnsweringTest, ALongNoteIsCutAndEnded) {
  Answering answering(nullptr, std::string(5000, 'n'), false, some_descriptor());
  const auto hello = structure<HelloAnswer>(answering.answer(message_of(Ask::kHello)));
  EXPECT_EQ(std::string(hello.note), std::string(sizeof hello.note - 1, 'n'));
  EXPECT_EQ(hello.whole_machine, 0u);
}

TEST_F(AnsweringTest, EverySizeButTheRightOne) {
  Answering answering = fresh();
  const std::vector<uint8_t> request = message_of(Ask::kHello).bytes;
  for (size_t size = 0; size <= 64; ++size) {
    std::vector<uint8_t> bytes = request;
    bytes.resize(size);
    if (size != sizeof(Request)) expect_refused(answering, message_of(bytes), EMSGSIZE);
  }
  Message cut = message_of(Ask::kHello);
  cut.whole = false;
  expect_refused(answering, cut, EMSGSIZE);
  EXPECT_FALSE(answering.answer(message_of(Ask::kHello)).refused);  // and nothing was done by any
}

TEST_F(AnsweringTest, WrongMagicVersionOrKind) {
  Answering answering = fresh();
  Request request;
  for (const uint32_t magic : {0u, ~kMagic, kMagic + 1, __builtin_bswap32(kMagic)}) {
    request = {.magic = magic};
    expect_refused(answering, message_of(bytes_of(request)), EPROTO);
  }
  for (const uint32_t version : {0u, kProtocolVersion + 1, ~0u}) {
    request = {.version = version};
    expect_refused(answering, message_of(bytes_of(request)), EPROTO);
  }
  for (const uint32_t kind : {0u, kLast + 1, 1000u, ~0u}) {
    request = {.ask = static_cast<Ask>(kind)};
    expect_refused(answering, message_of(bytes_of(request)), ENOSYS);
  }
}

TEST_F(AnsweringTest, NothingBeforeHelloAndHelloOnce) {
  Answering answering = fresh();
  for (uint32_t kind = kFirst + 1; kind <= kLast; ++kind)
    expect_refused(answering, message_of(static_cast<Ask>(kind), 1), EPROTO);
  EXPECT_FALSE(answering.answer(message_of(Ask::kHello)).refused);
  expect_refused(answering, message_of(Ask::kHello), EPROTO);
}

TEST_F(AnsweringTest, NoSensorWithoutBpfSoNothingToIterate) {
  Answering answering = greeted();
  expect_refused(answering, message_of(Ask::kIterate), EPROTO);
  const Answering::Reply sensor = answering.answer(message_of(Ask::kSensor));
  EXPECT_FALSE(sensor.refused);  // a fair question
  EXPECT_EQ(sensor.header.error, ENOTSUP);
  EXPECT_TRUE(sensor.descriptors.empty());
  expect_refused(answering, message_of(Ask::kIterate), EPROTO);
}

TEST_F(AnsweringTest, DescriptorsAreNotTaken) {
  Answering answering = fresh();
  Message message = message_of(Ask::kHello);
  message.descriptors.push_back(some_descriptor());
  expect_refused(answering, message, EINVAL);
}

TEST_F(AnsweringTest, ArgumentsOutOfRange) {
  Answering answering = greeted();
  for (const Ask ask : {Ask::kOpenExecutable, Ask::kProcessLinks})
    for (const uint64_t pid :
         {uint64_t{0}, uint64_t{INT32_MAX} + 1, uint64_t{1} << 32 | 1, UINT64_MAX})
      expect_refused(answering, message_of(ask, pid), EINVAL);
  for (const uint64_t iterator : {uint64_t{sensor::bpf::kIterators}, uint64_t{1} << 32, UINT64_MAX})
    expect_refused(answering, message_of(Ask::kIterate, iterator), EINVAL);
  expect_refused(answering, message_of(Ask::kIterate, 0, uint64_t{1} << 32), EINVAL);
  expect_refused(answering, message_of(Ask::kDiagSocket, 0, UINT64_MAX), EINVAL);
}

TEST_F(AnsweringTest, UnknownNamespacesAndProcessesAreErrorsNotRefusals) {
  Answering answering = greeted();
  const auto error_of = [&](const Message& message) {
    const Answering::Reply reply = answering.answer(message);
    EXPECT_FALSE(reply.refused);
    EXPECT_TRUE(reply.descriptors.empty());
    EXPECT_TRUE(reply.bytes.empty());
    return reply.header.error;
  };
  EXPECT_EQ(error_of(message_of(Ask::kDiagSocket, 0, 1)), ESRCH);
  EXPECT_EQ(error_of(message_of(Ask::kDiagSocket, 0, UINT32_MAX)), ESRCH);
  EXPECT_EQ(error_of(message_of(Ask::kOpenExecutable, INT32_MAX)), ESRCH);
  EXPECT_EQ(error_of(message_of(Ask::kProcessLinks, static_cast<uint64_t>(getpid()), 1)), ESRCH);
}

TEST_F(AnsweringTest, HonestQuestionsAreAnswered) {
  Answering answering = greeted();
  const Answering::Reply diag = answering.answer(message_of(Ask::kDiagSocket));
  ASSERT_EQ(diag.header.error, 0);
  ASSERT_EQ(diag.descriptors.size(), 1u);
  int protocol = 0;
  socklen_t size = sizeof protocol;
  EXPECT_EQ(getsockopt(diag.descriptors[0], SOL_SOCKET, SO_PROTOCOL, &protocol, &size), 0);

  const Answering::Reply owners = answering.answer(message_of(Ask::kSocketOwners));
  ASSERT_EQ(owners.header.error, 0);
  const auto counted = structure<OwnersAnswer>(owners);
  struct stat memory {};
  ASSERT_EQ(owners.descriptors.size(), 1u);
  ASSERT_EQ(fstat(owners.descriptors[0], &memory), 0);
  EXPECT_EQ(static_cast<uint64_t>(memory.st_size),
            counted.holders * sizeof(sensor::fallback::SocketOwner));
  EXPECT_GT(counted.processes, 0u);

  const Answering::Reply spaces = answering.answer(message_of(Ask::kNamespaces));
  EXPECT_EQ(spaces.header.error, 0);
  EXPECT_EQ(spaces.bytes.size() % sizeof(NamespaceAnswer), 0u);
  EXPECT_GE(spaces.bytes.size(), sizeof(NamespaceAnswer));
  EXPECT_LE(spaces.bytes.size() + sizeof(ReplyHeader), kReplyBytesMax);

  EXPECT_EQ(structure<uint64_t>(answering.answer(message_of(Ask::kMissedRuns))), 0u);
  // No mount has this id, and the root is no drive: neither is opened.
  EXPECT_EQ(answering.answer(message_of(Ask::kOpenDrive, UINT32_MAX)).header.error, EACCES);
}

TEST_F(AnsweringTest, NothingIsLeftOpen) {
  const size_t before = open_descriptors();
  {
    Answering answering = greeted();
    for (const Ask ask : {Ask::kDiagSocket, Ask::kSocketOwners, Ask::kSensor, Ask::kNamespaces})
      answering.answer(message_of(ask));
    EXPECT_EQ(open_descriptors(), before);
  }
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace picket::app::warden
