// SPDX-License-Identifier: Apache-2.0
// Agents that answer what no agent should.
#include "app/client/agent_connection.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <filesystem>
#include <thread>

#include "base/json_writer.h"
#include "event/facts.h"

namespace picket::app::client {
namespace {

// An agent that takes one reader, waits for its request and gives the pieces as answer, then
// closes.
class AgentConnectionTest : public testing::Test {
 protected:
  AgentConnectionTest() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "picket-client-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    listener_.reset(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path().c_str(), path().size() + 1);
    EXPECT_EQ(bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);
    EXPECT_EQ(listen(listener_.get(), 1), 0);
  }
  ~AgentConnectionTest() override {
    if (agent_.joinable()) agent_.join();
    std::filesystem::remove_all(folder_);
  }
  std::string path() const { return (folder_ / "agent.sock").string(); }

  AgentConnection agent_that_says(std::vector<std::string> pieces) {
    auto connection = AgentConnection::connect(path());
    EXPECT_TRUE(connection) << connection.error().text();
    agent_ = std::thread([this, pieces = std::move(pieces)] {
      const UniqueFd reader(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      char request[4096];
      if (recv(reader.get(), request, sizeof request, 0) <= 0) return;
      for (const std::string& piece : pieces)
        if (send(reader.get(), piece.data(), piece.size(), MSG_NOSIGNAL) < 0) return;
    });
    return std::move(*connection);
  }

  std::filesystem::path folder_;
  UniqueFd listener_;
  std::thread agent_;
};

TEST_F(AgentConnectionTest, NobodyThere) {
  const auto missing = AgentConnection::connect(path() + ".not");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ENOENT);
  EXPECT_FALSE(missing.error().next.empty());
  listener_.reset();
  EXPECT_EQ(AgentConnection::connect(path()).error().code, ECONNREFUSED);
  EXPECT_FALSE(AgentConnection::connect(std::string(200, 'x')));
}

TEST_F(AgentConnectionTest, LinesInPieces) {
  AgentConnection agent = agent_that_says({"fir", "st\nsecond\nth", "ird\n", "\n"});
  ASSERT_TRUE(agent.send_line("x"));
  for (const char* line : {"first", "second", "third", ""}) {
    const auto read = agent.read_line();
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, line);
  }
  EXPECT_FALSE(agent.read_line());
}

TEST_F(AgentConnectionTest, AnAgentThatGoesInTheMiddleOfALine) {
  AgentConnection agent = agent_that_says({"half a li"});
  ASSERT_TRUE(agent.send_line("x"));
  const auto line = agent.read_line();
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().message, "the agent is gone");
}

TEST_F(AgentConnectionTest, ALineWithoutEndIsNotWaitedFor) {
  AgentConnection agent = agent_that_says({std::string(kAnswerLineMax + (1 << 20), 'x')});
  ASSERT_TRUE(agent.send_line("x"));
  const auto line = agent.read_line();
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().message, "the agent's answer has no end");
  agent.cancel();
}

TEST_F(AgentConnectionTest, CancelEndsAReadUnderWay) {
  AgentConnection agent = agent_that_says({"only\n"});
  std::thread canceller;
  ASSERT_TRUE(agent.send_line("x"));
  ASSERT_TRUE(agent.read_line());
  canceller = std::thread([&] { agent.cancel(); });
  EXPECT_FALSE(agent.read_line());
  canceller.join();
  EXPECT_FALSE(agent.read_line());
}

TEST_F(AgentConnectionTest, Snapshot) {
  event::FlowFacts facts;
  facts.id = "1a-2f";
  std::string flow;
  JsonWriter json(flow);
  event::append_json(json, facts);
  AgentConnection agent =
      agent_that_says({flow + "\n", "{\"type\":\"end\",\"count\":1}\n", "{\"type\":\"status\"}\n"});
  const auto snapshot = ask_flows(agent, "");
  ASSERT_TRUE(snapshot) << snapshot.error().text();
  ASSERT_EQ(snapshot->flows.size(), 1u);
  EXPECT_EQ(snapshot->flows[0].id, "1a-2f");
  EXPECT_EQ(snapshot->status, "{\"type\":\"status\"}");
}

TEST_F(AgentConnectionTest, AnotherVersionIsSaidToBeOne) {
  for (const char* line :
       {"garbage\n", "{\"type\":\"flow\",\"local\":7}\n", "{}\n", "\n", "[[[[\n"}) {
    AgentConnection agent = agent_that_says({line});
    const auto snapshot = ask_flows(agent, "");
    ASSERT_FALSE(snapshot) << line;
    EXPECT_NE(snapshot.error().message.find("another version"), std::string::npos) << line;
    agent_.join();
  }
}

TEST_F(AgentConnectionTest, ErrorsOfTheAgentAreTold) {
  AgentConnection agent = agent_that_says({"{\"type\":\"error\",\"message\":\"no such key\"}\n"});
  const auto snapshot = ask_flows(agent, "x:y");
  ASSERT_FALSE(snapshot);
  EXPECT_EQ(snapshot.error().message, "no such key");
}

TEST_F(AgentConnectionTest, FollowEndsWhenToldOrWhenTheAgentGoes) {
  {
    AgentConnection agent = agent_that_says({"one\ntwo\nthree\n"});
    std::vector<std::string> lines;
    EXPECT_TRUE(follow(agent, "", [&](const std::string& line) {
      return lines.push_back(line), lines.size() < 2;
    }));
    EXPECT_EQ(lines, (std::vector<std::string>{"one", "two"}));
    agent_.join();
  }
  AgentConnection agent = agent_that_says({"one\n"});
  EXPECT_FALSE(follow(agent, "", [](const std::string&) { return true; }));
}

TEST(ErrorOf, OnlyErrorLines) {
  EXPECT_FALSE(error_of(R"({"type":"flow","message":"x"})"));
  EXPECT_FALSE(error_of(""));
  EXPECT_EQ(error_of(R"({"type":"error","message":"a\nb"})"), "a\nb");
  // One that cannot be read is told as it is.
  EXPECT_EQ(error_of(R"({"type":"error","message":7})"), R"({"type":"error","message":7})");
  EXPECT_EQ(error_of(R"({"type":"error")"), R"({"type":"error")");
}

}  // namespace
}  // namespace picket::app::client
