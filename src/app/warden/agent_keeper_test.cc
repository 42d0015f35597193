// SPDX-License-Identifier: Apache-2.0
// A real warden over a real socket pair, with agents that are up to no good: forked children that
// speak garbage, do not read, hang up or die.
#include "app/warden/agent_keeper.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>

#include "app/warden/warden_test_tools.h"

namespace picket::app::warden {
namespace {

using Play = std::function<int(int socket)>;  // what an agent does; returns its exit code

class ManualClock final : public Clock {
 public:
  MonoTime mono() const override { return now; }
  WallTime wall() const override { return WallTime{static_cast<int64_t>(now.ns)}; }
  MonoTime now{kNsPerSecond};
};

Result<Child> fork_agent(UniqueFd socket, const Play& play) {
  const pid_t pid = fork();
  if (pid == 0) _exit(play(socket.get()));
  if (pid < 0) return system_failure("fork");
  return Child{pid, UniqueFd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)))};
}

class AgentKeeperTest : public testing::Test {
 protected:
  AgentKeeper keeper(Play play) {
    return AgentKeeper(
        [this, play](UniqueFd socket) {
          ++starts_;
          return fork_agent(std::move(socket), play);
        },
        [] { return std::make_unique<Answering>(nullptr, "test", true, some_descriptor()); },
        [this](const std::string& line) { said_.push_back(line); }, clock_);
  }
  // Serves until the agent has ended and its successor is due.
  void serve_one_life(AgentKeeper& keeper) {
    while (keeper.process() >= 0) {
      pollfd waits[] = {{keeper.socket(), POLLIN, 0}, {keeper.process(), POLLIN, 0}};
      ASSERT_GT(poll(waits, 2, 60'000), 0) << "the warden waits for nothing";
      if (waits[0].revents) keeper.serve_message();
      if (waits[1].revents) keeper.reap();
      if (keeper.socket() < 0 && keeper.process() >= 0 && keeper.wait_ms() > 0)
        clock_.now.ns += kFarewellNs;
      ASSERT_TRUE(keeper.keep_time());
    }
  }
  bool said(std::string_view part) const {
    for (const std::string& line : said_)
      if (line.find(part) != std::string::npos) return true;
    return false;
  }
  ManualClock clock_;
  size_t starts_ = 0;
  std::vector<std::string> said_;
};

// One message that no warden may accept before it was greeted, of any size and content, at times
// with descriptors.
std::vector<uint8_t> garbage(std::mt19937_64& random) {
  std::vector<uint8_t> bytes(random() % 5 == 0 ? sizeof(Request) : random() % 300);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  if (bytes.size() == sizeof(Request) && random() % 2) {
    Request request;
    request.ask = static_cast<Ask>(static_cast<uint32_t>(Ask::kSensor) + random() % 12);
    request.a = random() >> random() % 64;
    request.b = random() >> random() % 64;
    bytes = bytes_of(request);
  }
  return bytes;
}

bool send_garbage(int socket, std::mt19937_64& random) {
  const std::vector<uint8_t> bytes = garbage(random);
  if (random() % 16 == 0) return send_with_descriptors(socket, bytes, 1 + random() % 8);
  return send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) >= 0;
}

// 0: the message was refused.
int refused(int socket) {
  const auto reply = receive_message(socket, kReplyBytesMax, kDescriptorsMax);
  ReplyHeader header;
  if (!reply || reply->closed || reply->bytes.size() != sizeof header ||
      !reply->descriptors.empty())
    return 2;
  std::memcpy(&header, reply->bytes.data(), sizeof header);
  return header.magic == kMagic && header.error != 0 && header.bytes == 0 ? 0 : 3;
}

TEST(Garbage, AHundredThousandMessagesAreEachRefused) {
  constexpr int kMessages = 100'000;
  auto [mine, theirs] = seqpacket_pair();
  auto agent = fork_agent(std::move(theirs), [](int socket) {
    std::mt19937_64 random(20260102);
    for (int i = 0; i < kMessages; ++i) {
      if (!send_garbage(socket, random)) return 1;
      if (const int wrong = refused(socket)) return wrong;
    }
    return 0;
  });
  ASSERT_TRUE(agent);
  theirs.reset();
  Answering answering(nullptr, "test", true, some_descriptor());
  const size_t before = open_descriptors();
  int refusals = 0;
  for (;;) {
    const auto message = receive_message(mine.get(), sizeof(Request) + 1, 0);
    ASSERT_TRUE(message);
    if (message->closed) break;
    const Answering::Reply reply = answering.answer(*message);
    refusals += reply.refused;
    const Bytes header{reinterpret_cast<const uint8_t*>(&reply.header), sizeof reply.header};
    ASSERT_TRUE(send_message(mine.get(), {&header, 1}, {}));
  }
  EXPECT_EQ(refusals, kMessages);
  EXPECT_EQ(open_descriptors(), before);
  int status = 0;
  ASSERT_EQ(waitpid(agent->pid, &status, 0), agent->pid);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST_F(AgentKeeperTest, AnAgentThatKeepsBeingRefusedIsKilledAndStartedAnew) {
  AgentKeeper keeper = this->keeper([](int socket) {
    std::mt19937_64 random(7);
    for (uint32_t i = 0; i < kRefusalsMax; ++i)
      if (!send_garbage(socket, random) || refused(socket) != 0) return 1;
    send_garbage(socket, random);  // one too many
    for (;;) pause();
  });
  ASSERT_TRUE(keeper.start());
  for (size_t life = 1; life <= 3; ++life) {
    serve_one_life(keeper);
    ASSERT_TRUE(said("ended by signal 9"));
    ASSERT_TRUE(said("not to be had"));
    said_.clear();
    EXPECT_EQ(starts_, life);
    EXPECT_GT(keeper.wait_ms(), 0);  // not at once
    clock_.now.ns += kRestartPauseMsMax * kNsPerMs;
    EXPECT_EQ(keeper.wait_ms(), 0);
    ASSERT_TRUE(keeper.keep_time());
    EXPECT_EQ(starts_, life + 1);
  }
  keeper.stop();
  EXPECT_LT(keeper.process(), 0);
}

TEST_F(AgentKeeperTest, HonestQuestionsDoNotWearItOut) {
  AgentKeeper keeper = this->keeper([](int socket) {
    for (uint32_t i = 0; i < 3 * kRefusalsMax; ++i) {
      Request request;
      request.ask = i == 0 ? Ask::kHello : Ask::kSensor;  // not there, but asked for in order
      const std::vector<uint8_t> bytes = bytes_of(request);
      if (send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) return 1;
      const auto reply = receive_message(socket, kReplyBytesMax, kDescriptorsMax);
      if (!reply || reply->closed) return 2;
    }
    return 5;
  });
  ASSERT_TRUE(keeper.start());
  serve_one_life(keeper);
  EXPECT_TRUE(said("ended with code 5"));
}

TEST_F(AgentKeeperTest, AnAgentThatDoesNotReadDoesNotHoldItUp) {
  AgentKeeper keeper = this->keeper([](int socket) {
    const std::vector<uint8_t> hello = message_of(Ask::kHello).bytes,
                               spaces = message_of(Ask::kNamespaces).bytes;
    send(socket, hello.data(), hello.size(), MSG_NOSIGNAL);
    while (send(socket, spaces.data(), spaces.size(), MSG_NOSIGNAL) > 0) {
    }
    for (;;) pause();
    return 0;
  });
  ASSERT_TRUE(keeper.start());
  serve_one_life(keeper);
  EXPECT_TRUE(said("does not read"));
  EXPECT_TRUE(said("ended by signal 9"));
}

TEST_F(AgentKeeperTest, AnAgentThatHangsUpButLivesOnIsEnded) {
  AgentKeeper keeper = this->keeper([](int socket) {
    close(socket);
    for (;;) pause();
    return 0;
  });
  ASSERT_TRUE(keeper.start());
  serve_one_life(keeper);
  EXPECT_TRUE(said("does not end"));
  EXPECT_TRUE(said("ended by signal 9"));
}

TEST_F(AgentKeeperTest, AnAgentThatCouldNotIsNotAskedAgain) {
  AgentKeeper keeper = this->keeper([](int) { return kAgentCouldNot; });
  ASSERT_TRUE(keeper.start());
  serve_one_life(keeper);
  EXPECT_EQ(keeper.gave_up(), kAgentCouldNot);
  EXPECT_EQ(keeper.wait_ms(), -1);
}

TEST_F(AgentKeeperTest, ThePauseGrowsToItsBoundAndShrinksOnceStable) {
  AgentKeeper keeper = this->keeper([](int) { return 4; });
  ASSERT_TRUE(keeper.start());
  int last = 0;
  for (int life = 0; life < 12; ++life) {
    serve_one_life(keeper);
    EXPECT_TRUE(said("ended with code 4"));
    EXPECT_GE(keeper.wait_ms(), last);
    last = keeper.wait_ms();
    clock_.now.ns += kRestartPauseMsMax * kNsPerMs;
    ASSERT_TRUE(keeper.keep_time());
  }
  EXPECT_EQ(last, static_cast<int>(kRestartPauseMsMax));
  clock_.now.ns += kStableAfterNs + 1;
  serve_one_life(keeper);
  EXPECT_EQ(keeper.wait_ms(), static_cast<int>(kRestartPauseMs));
}

TEST_F(AgentKeeperTest, StopEndsAnAgentThatIgnoresIt) {
  AgentKeeper keeper = this->keeper([](int socket) {
    signal(SIGTERM, SIG_IGN);
    send(socket, "", 0, MSG_NOSIGNAL);  // now it may be stopped
    for (;;) pause();
    return 0;
  });
  ASSERT_TRUE(keeper.start());
  pollfd ready{keeper.socket(), POLLIN, 0};
  ASSERT_EQ(poll(&ready, 1, 60'000), 1);
  keeper.stop();
  EXPECT_LT(keeper.process(), 0);
}

}  // namespace
}  // namespace picket::app::warden
