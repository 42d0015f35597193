// SPDX-License-Identifier: Apache-2.0
#include "app/agent/client_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/agent/client_server_fixture.h"
#include "base/counter.h"

namespace picket::app::agent {
namespace {

using event::SocketSeen;
using flow::fixture::at_ms;
using testing::HasSubstr;
using testing::StartsWith;
using What = SocketSeen::What;

constexpr const char* kError = R"({"type":"error","message":")";

event::ProcessSeen curl(uint64_t start_ns = 1'000'000'000) {
  event::ProcessSeen seen;
  seen.key = {100, start_ns};
  seen.at = at_ms(1000);
  seen.executable = "/usr/bin/curl";
  seen.arguments = {"curl"};
  seen.command = "curl";
  return seen;
}

TEST_F(ClientServerTest, Status) {
  Reader reader = connect();
  const std::string line = answer(reader, R"({"ask":"status"})");
  EXPECT_THAT(line, StartsWith(R"({"type":"status",)"));
  EXPECT_THAT(line, HasSubstr(R"("mode":"test")"));
  EXPECT_THAT(line, HasSubstr(R"("agent.clients_max":)"));
}

TEST_F(ClientServerTest, FlowsThenTheEndThenTheStatus) {
  pipeline_.take(curl());
  open_flows(2);
  SocketSeen other = flow::fixture::tcp_opened(9, 1500);
  other.remote.port = 22;
  pipeline_.take(std::move(other));
  Reader reader = connect();
  EXPECT_THAT(answer(reader, R"({"ask":"flows","filter":"rport:443"})"),
              StartsWith(R"({"type":"flow",)"));
  EXPECT_THAT(line_of(reader), HasSubstr("/usr/bin/curl"));
  EXPECT_EQ(line_of(reader), R"({"type":"end","count":2})");
  EXPECT_THAT(line_of(reader), StartsWith(R"({"type":"status",)"));
  for (int flows = 0; flows < 3; ++flows)
    EXPECT_THAT(flows ? line_of(reader) : answer(reader, R"({"ask":"flows"})"),
                StartsWith(R"({"type":"flow",)"));
  EXPECT_EQ(line_of(reader), R"({"type":"end","count":3})");
}

TEST_F(ClientServerTest, WhatIsOverIsShownOnlyWhenAskedFor) {
  pipeline_.take(flow::fixture::tcp_opened(1, 1500));
  pipeline_.take(flow::fixture::as(What::kClosed, flow::fixture::tcp_opened(1, 1500), 1900));
  Reader reader = connect();
  EXPECT_EQ(answer(reader, R"({"ask":"flows"})"), R"({"type":"end","count":0})");
  line_of(reader);
  EXPECT_THAT(answer(reader, R"({"ask":"flows","filter":"closed"})"),
              StartsWith(R"({"type":"flow",)"));
}

TEST_F(ClientServerTest, EveryLifeOfAPid) {
  pipeline_.take(curl());
  pipeline_.take(event::ProcessExited{{100, 1'000'000'000}, at_ms(1500), 0});
  pipeline_.take(curl(1'600'000'000));
  Reader reader = connect();
  EXPECT_THAT(answer(reader, R"({"ask":"process","pid":100})"),
              StartsWith(R"({"type":"process",)"));
  EXPECT_THAT(line_of(reader), HasSubstr("/usr/bin/curl"));
  EXPECT_EQ(line_of(reader), R"({"type":"end"})");
  EXPECT_EQ(answer(reader, R"({"ask":"process","pid":101})"), R"({"type":"end"})");
  for (const char* pid : {"4294967396", "0", "-1", "\"100\"", "1.5", "[]"})
    EXPECT_THAT(answer(reader, R"({"ask":"process","pid":)" + std::string(pid) + "}"),
                StartsWith(kError))
        << pid;
}

TEST_F(ClientServerTest, Frame) {
  open_flows(3);
  Reader reader = connect();
  view::FrameQuery query;
  query.flows_max = 10;
  const auto frame =
      view::parse_frame(answer(reader, R"({"ask":"frame","query":)" + view::to_json(query) + "}"));
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->flows_total, 3u);
  EXPECT_EQ(frame->status.mode, "test");
  EXPECT_TRUE(view::parse_frame(answer(reader, R"({"ask":"frame"})")));
  EXPECT_THAT(answer(reader, R"({"ask":"frame","query":7})"), StartsWith(kError));
  EXPECT_THAT(answer(reader, R"({"ask":"frame","query":{"flows_max":"x"}})"), StartsWith(kError));
}

TEST_F(ClientServerTest, FollowTellsWhatIsThereAndEveryChange) {
  pipeline_.take(curl());
  open_flows(1);
  Reader reader = connect();
  EXPECT_THAT(answer(reader, R"({"ask":"follow"})"), StartsWith(R"({"type":"status",)"));
  EXPECT_THAT(line_of(reader), HasSubstr(R"("event":"found")"));
  open_flows(1, 2);
  EXPECT_THAT(line_of(reader), HasSubstr(R"("event":"opened")"));
  pipeline_.take(flow::fixture::as(What::kClosed, flow::fixture::tcp_opened(2, 1500), 1900));
  EXPECT_THAT(line_of(reader), HasSubstr(R"("event":"closed")"));
  pipeline_.take(event::ProcessExited{{100, 1'000'000'000}, at_ms(1950), 0});
  const std::string exited = line_of(reader);
  EXPECT_THAT(exited, StartsWith(R"({"type":"process",)"));
  EXPECT_THAT(exited, HasSubstr(R"("event":"exited")"));
  server_->tell_status();
  EXPECT_THAT(line_of(reader), StartsWith(R"({"type":"status",)"));
}

TEST_F(ClientServerTest, AFilteredFollowerHearsOfNothingElse) {
  Reader reader = connect();
  EXPECT_THAT(answer(reader, R"({"ask":"follow","filter":"rport:22"})"),
              StartsWith(R"({"type":"status",)"));
  pipeline_.take(curl());  // processes are for those who follow everything
  open_flows(1);
  SocketSeen wanted = flow::fixture::tcp_opened(9, 1500);
  wanted.remote.port = 22;
  pipeline_.take(std::move(wanted));
  EXPECT_THAT(line_of(reader), HasSubstr(R"("port":22)"));
}

TEST_F(ClientServerTest, WhatCannotBeUnderstoodGetsAnErrorAndNoMore) {
  Reader reader = connect();
  const uint64_t before = Counter::value_of("agent.requests_bad");
  const std::vector<std::string> kBad = {"",
                                         " ",
                                         "x",
                                         "null",
                                         "7",
                                         "[]",
                                         "\"status\"",
                                         "{",
                                         "{}",
                                         R"({"ask":7})",
                                         R"({"ask":null})",
                                         R"({"ask":""})",
                                         R"({"ask":"Status"})",
                                         R"({"ask":"status"}{})",
                                         R"({"ask":"status",})",
                                         "{\"ask\":\"sta\xfftus\"}",
                                         R"({"ask":"flows","filter":7})",
                                         R"({"ask":"flows","filter":"nosuchkey:1"})",
                                         R"({"ask":"follow","filter":"pid:x"})",
                                         R"({"ask":"process"})",
                                         std::string("{\"ask\":\"status\"}\0", 17)};
  for (const std::string& line : kBad) {
    const std::string told = answer(reader, line);
    EXPECT_THAT(told, StartsWith(kError)) << line;
    EXPECT_TRUE(told.ends_with("\"}")) << told;
  }
  EXPECT_EQ(Counter::value_of("agent.requests_bad"), before + kBad.size());
  EXPECT_THAT(answer(reader, R"({"ask":"status","unknown":[1,{"a":2}]})"),
              StartsWith(R"({"type":"status",)"));
}

TEST_F(ClientServerTest, DeepNestingIsNoStackOverflow) {
  Reader reader = connect();
  const size_t half = kRequestBytesMax / 2 - 32;
  for (const auto& [open, close] : {std::pair("[", "]"), std::pair("{\"a\":", "}")}) {
    std::string query;
    for (size_t i = 0; query.size() < half; ++i) query += open;
    const size_t depth = query.size() / std::string_view(open).size();
    query += "1";
    for (size_t i = 0; i < depth; ++i) query += close;
    EXPECT_THAT(answer(reader, R"({"ask":"frame","query":)" + query + "}"), StartsWith(kError));
  }
}

TEST_F(ClientServerTest, LongLines) {
  Reader reader = connect();
  const auto padded = [](size_t size) {
    std::string line = R"({"ask":"status"})";
    return line + std::string(size - line.size(), ' ');
  };
  EXPECT_THAT(answer(reader, padded(kRequestBytesMax)), StartsWith(R"({"type":"status",)"));
  EXPECT_THAT(answer(reader, padded(kRequestBytesMax + 1)), HasSubstr("at most 65536 bytes"));
  EXPECT_THAT(answer(reader, R"({"ask":"status"})"), StartsWith(R"({"type":"status",)"));
  // Without an end it is not waited for.
  ASSERT_TRUE(reader.send(std::string(kRequestBytesMax + 1, ' ')));
  EXPECT_THAT(line_of(reader), HasSubstr("at most 65536 bytes"));
  EXPECT_TRUE(is_closed(reader));
}

TEST_F(ClientServerTest, ManyRequestsAtOnceAreAnsweredInOrder) {
  open_flows(1);
  Reader reader = connect();
  std::string requests;
  for (int i = 0; i < 200; ++i)
    requests += "{\"ask\":\"process\",\"pid\":1}\n{\"ask\":\"flows\"}\n";
  ASSERT_TRUE(reader.send(requests));
  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(line_of(reader), R"({"type":"end"})") << i;
    ASSERT_THAT(line_of(reader), StartsWith(R"({"type":"flow",)")) << i;
    ASSERT_EQ(line_of(reader), R"({"type":"end","count":1})") << i;
    ASSERT_THAT(line_of(reader), StartsWith(R"({"type":"status",)")) << i;
  }
}

TEST_F(ClientServerTest, ARequestMayComeInPieces) {
  Reader reader = connect();
  for (const char piece : std::string_view(R"({"ask":"status"})")) {
    ASSERT_TRUE(reader.send({&piece, 1}));
    settle();
  }
  EXPECT_THAT(answer(reader, ""), StartsWith(R"({"type":"status",)"));
}

}  // namespace
}  // namespace picket::app::agent
