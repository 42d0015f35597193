// SPDX-License-Identifier: Apache-2.0
// Readers that are slow, gone or too many.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include "app/agent/client_server_fixture.h"
#include "base/counter.h"

namespace picket::app::agent {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST_F(ClientServerTest, AskingWithoutReadingCostsOneAnswer) {
  constexpr int kAsked = 500;
  constexpr size_t kOneAnswer = 4u << 20;  // generously
  open_flows(2000);
  Reader reader = connect();
  std::string requests;
  for (int i = 0; i < kAsked; ++i) requests += "{\"ask\":\"flows\"}\n";
  ASSERT_TRUE(reader.send(requests));
  settle();
  EXPECT_GT(server_->unsent_bytes(), 0u);
  int ends = 0;
  std::string line;
  while (ends < kAsked) {
    reader.receive();
    while (reader.take_line(line)) ends += line == R"({"type":"end","count":2000})";
    settle();
    ASSERT_FALSE(reader.closed());
    ASSERT_LE(server_->unsent_bytes(), kOneAnswer);
  }
}

TEST_F(ClientServerTest, WhoEndsItsSideStillGetsTheWholeAnswer) {
  open_flows(2000);
  Reader reader = connect();
  ASSERT_TRUE(reader.ask(R"({"ask":"flows"})"));
  ASSERT_TRUE(reader.ask(R"({"ask":"process","pid":1})"));
  reader.end();
  settle();
  EXPECT_GT(server_->unsent_bytes(), 0u);
  std::vector<std::string> last;
  std::string line;
  while (!reader.closed()) {
    reader.receive();
    while (reader.take_line(line)) last.push_back(line);
    settle();
  }
  ASSERT_EQ(last.size(), 2003u);
  EXPECT_EQ(last[2000], R"({"type":"end","count":2000})");
  EXPECT_EQ(last[2002], R"({"type":"end"})");
  EXPECT_EQ(reader.rest(), "");
}

TEST_F(ClientServerTest, AFollowerMayEndItsSide) {
  Reader reader = connect();
  ASSERT_TRUE(reader.ask(R"({"ask":"follow"})"));
  reader.end();
  EXPECT_THAT(line_of(reader), StartsWith(R"({"type":"status",)"));
  settle();
  open_flows(1);
  EXPECT_THAT(line_of(reader), HasSubstr(R"("event":"opened")"));
}

TEST_F(ClientServerTest, ASlowFollowerIsToldWhatItMissed) {
  Reader slow = connect(), quick = connect();
  EXPECT_THAT(answer(slow, R"({"ask":"follow"})"), StartsWith(R"({"type":"status",)"));
  EXPECT_THAT(answer(quick, R"({"ask":"follow","filter":"rport:1"})"),
              StartsWith(R"({"type":"status",)"));
  const uint64_t before = Counter::value_of("agent.follow_lost");
  uint64_t opened = 0;
  while (Counter::value_of("agent.follow_lost") < before + 10) {
    open_flows(1000, 1 + opened);
    opened += 1000;
    settle();
    ASSERT_LE(server_->unsent_bytes(), kUnsentBytesMax);
    ASSERT_LT(opened, 1'000'000u);
  }
  const uint64_t lost = Counter::value_of("agent.follow_lost") - before;
  uint64_t told = 0;
  std::string line;
  const auto read_all = [&] {
    for (slow.receive(); server_->unsent_bytes() > 0; slow.receive()) {
      ASSERT_FALSE(slow.closed());
      settle();
    }
    slow.receive();
    while (slow.take_line(line)) told += line.starts_with(R"({"type":"flow",)");
  };
  read_all();
  EXPECT_EQ(told, opened - lost);
  open_flows(1, opened + 1);
  const std::string notice = line_of(slow);
  EXPECT_EQ(notice, R"({"type":"lost","lines":)" + std::to_string(lost) + "}");
  EXPECT_THAT(line_of(slow), HasSubstr(R"("event":"opened")"));
}

TEST_F(ClientServerTest, TooManyReadersAreTurnedAwayWithAWord) {
  const uint64_t before = Counter::value_of("agent.clients_max");
  std::vector<Reader> readers;
  for (size_t i = 0; i < kClientsMax; ++i) {
    readers.push_back(connect());
    ASSERT_THAT(answer(readers.back(), R"({"ask":"status"})"), StartsWith(R"({"type":"status",)"))
        << i;
  }
  Reader late = connect();
  EXPECT_EQ(line_of(late), R"({"type":"error","message":"too many readers at once"})");
  EXPECT_TRUE(is_closed(late));
  EXPECT_EQ(Counter::value_of("agent.clients_max"), before + 1);
  readers.front().close();
  settle();
  Reader next = connect();
  EXPECT_THAT(answer(next, R"({"ask":"status"})"), StartsWith(R"({"type":"status",)"));
}

TEST_F(ClientServerTest, AFollowerThatIsGoneCostsNothing) {
  Reader reader = connect();
  EXPECT_THAT(answer(reader, R"({"ask":"follow"})"), StartsWith(R"({"type":"status",)"));
  reader.close();
  settle();
  open_flows(100);
  EXPECT_EQ(server_->unsent_bytes(), 0u);
  // One that goes in the middle of an answer.
  open_flows(2000, 1000);
  Reader leaving = connect();
  ASSERT_TRUE(leaving.ask(R"({"ask":"flows"})"));
  settle();
  EXPECT_GT(server_->unsent_bytes(), 0u);
  leaving.close();
  settle();
  EXPECT_EQ(server_->unsent_bytes(), 0u);
}

TEST_F(ClientServerTest, EveryLineIsJson) {
  event::ProcessSeen hostile;
  hostile.key = {100, 1'000'000'000};
  hostile.executable = "/tmp/\xff\"\n\x1b[2J";
  hostile.arguments = {"a\nb", "\xed\xa0\x80", std::string("\0", 1)};
  hostile.command = "\\\"";
  pipeline_.take(std::move(hostile));
  open_flows(1);
  Reader reader = connect();
  simdjson::dom::parser parser;
  for (const char* request :
       {R"({"ask":"flows"})", R"({"ask":"process","pid":100})", R"({"ask":"follow"})"}) {
    ASSERT_TRUE(reader.ask(request));
    for (int lines = 0; lines < 2; ++lines) {
      const std::string line = line_of(reader);
      EXPECT_EQ(parser.parse(line).error(), simdjson::SUCCESS) << line;
    }
    settle();
    std::string rest;
    reader.receive();
    while (reader.take_line(rest)) EXPECT_EQ(parser.parse(rest).error(), simdjson::SUCCESS) << rest;
  }
}

}  // namespace
}  // namespace picket::app::agent
