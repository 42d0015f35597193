// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <thread>

#include "app/web/http/assets.h"
#include "app/web/http/event_stream.h"
#include "app/web/http/json_body.h"
#include "app/web/http/parameters.h"
#include "app/web/http/server.h"

namespace picket::app::web::http {
namespace {

TEST(Target, TakesPathAndQueryApart) {
  const auto target = parse_target("/api/v1/a%20b?x=1+2&y=%C3%A9&z");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->segments, (std::vector<std::string>{"api", "v1", "a b"}));
  ASSERT_EQ(target->values.size(), 3u);
  EXPECT_EQ(target->values[0], (std::pair<std::string, std::string>("x", "1 2")));
  EXPECT_EQ(target->values[1].second, "\u00e9");
  EXPECT_TRUE(parse_target("/")->segments.empty());
}

TEST(Target, RefusesWhatLeadsElsewhere) {
  std::string many_parts, many_values = "/?";
  for (size_t i = 0; i <= kSegmentsMax; ++i) many_parts += "/a";
  for (size_t i = 0; i <= kParametersMax; ++i) many_values += "a=b&";
  for (const std::string& bad :
       {std::string("/../a"), std::string("/%2e%2e/a"), std::string("/a/%2E"), std::string("/%0a"),
        std::string("/%4"), std::string("/%zz"), std::string("a"), std::string(), many_parts,
        many_values, std::string("http://evil/")})
    EXPECT_FALSE(parse_target(bad)) << bad;
}

TEST(Parameters, TellTheFirstThatIsWrong) {
  const auto problem = [](const char* query) {
    const auto target = parse_target(std::string("/?") + query);
    Parameters given(*target);
    (void)given.number("limit", 1, 10, 5);
    (void)given.word("order", {"newest", "oldest"});
    (void)given.text("query", 4);
    (void)given.time("since");
    const auto done = given.done();
    return done ? std::string() : done.error().field;
  };
  EXPECT_EQ(problem("limit=10&order=oldest&query=abcd&since=2026-01-02T03:04:05Z"), "");
  EXPECT_EQ(problem("limit=11"), "limit");
  EXPECT_EQ(problem("limit="), "limit");
  EXPECT_EQ(problem("limit=1e1"), "limit");
  EXPECT_EQ(problem("order=best"), "order");
  EXPECT_EQ(problem("query=abcde"), "query");
  EXPECT_EQ(problem("query=%ff"), "query");
  EXPECT_EQ(problem("since=yesterday"), "since");
  EXPECT_EQ(problem("limit=1&limit=2"), "limit");
  EXPECT_EQ(problem("other=1"), "other");
}

TEST(JsonBody, TellsTheFirstThatIsWrong) {
  const auto problem = [](std::string body, const char* type = "application/json") {
    const Request request{.content_type = type, .body = std::move(body)};
    JsonBody given(request);
    (void)given.text("name", 4);
    (void)given.number("count", 0, 9);
    if (given.enter("inner")) {
      (void)given.text("name", 4);
      given.leave();
    }
    const auto done = given.done();
    return done ? std::string("good") : std::to_string(done.error().status) + done.error().field;
  };
  EXPECT_EQ(problem(R"({"name":"abcd","count":9,"inner":{"name":"x"}})"), "good");
  EXPECT_EQ(problem(R"({"name":null})"), "good");
  EXPECT_EQ(problem(R"({"name":7})"), "400name");
  EXPECT_EQ(problem(R"({"name":"abcde"})"), "400name");
  EXPECT_EQ(problem(R"({"name":"a\u0000"})"), "400name");
  EXPECT_EQ(problem(R"({"count":10})"), "400count");
  EXPECT_EQ(problem(R"({"count":1.5})"), "400count");
  EXPECT_EQ(problem(R"({"inner":[]})"), "400inner");
  EXPECT_EQ(problem(R"({"inner":{"name":[]}})"), "400inner.name");
  EXPECT_EQ(problem(R"({"inner":{"other":1}})"), "400inner.other");
  EXPECT_EQ(problem(R"({"other":1})"), "400other");
  EXPECT_EQ(problem("[]"), "400");
  EXPECT_EQ(problem(std::string(100, '[')), "400");
  EXPECT_EQ(problem("{}", "text/plain"), "415");
}

TEST(Response, HeadersCannotBeSmuggledIn) {
  Response response;
  response.headers.emplace_back("Location", "/\r\nSet-Cookie: a=b");
  const std::string head = head_of(response, 0, true);
  EXPECT_EQ(head.find("Set-Cookie"), std::string::npos);
  EXPECT_NE(head.find("Content-Security-Policy: default-src 'none'"), std::string::npos);
  EXPECT_NE(head.find("Cache-Control: no-store\r\n"), std::string::npos);
}

TEST(Assets, PagesOfTheConsoleAreItsFirst) {
  ASSERT_FALSE(assets().empty());
  const Response page = asset_response({}, "/index.html");
  EXPECT_EQ(page.status, 200u);
  EXPECT_EQ(asset_response({}, "/incidents/some").constant_body, page.constant_body);
  EXPECT_EQ(asset_response({}, "/no/such.js").status, 404u);
  const Request zipped{.accept_encoding = "gzip, br"};
  const Response small = asset_response(zipped, "/index.html");
  EXPECT_EQ(small.constant_body.substr(0, 2), "\x1f\x8b");
  EXPECT_LT(small.constant_body.size(), page.constant_body.size());
}

TEST(EventStream, DropsWhatDoesNotFitAndCountsIt) {
  EventStream stream;
  const std::string large(EventStream::kWaitingBytesMax / 2, 'x');
  EXPECT_TRUE(stream.push("frame", large));
  EXPECT_FALSE(stream.push("frame", large));
  EXPECT_EQ(stream.take_dropped(), 1u);
  EXPECT_EQ(stream.take_dropped(), 0u);
  EXPECT_EQ(stream.take(), "event: frame\ndata: " + large + "\n\n");
  EXPECT_TRUE(stream.push("frame", large));
  stream.end("enough");
  EXPECT_FALSE(stream.push("frame", "x"));
  EXPECT_FALSE(stream.ended()) << "what waits is still sent";
  EXPECT_TRUE(stream.take().ends_with("event: end\ndata: {\"reason\":\"enough\"}\n\n"));
  EXPECT_TRUE(stream.ended());
}

// A server on a port of its own whose handler answers with the target.
class ServerTest : public testing::Test {
 protected:
  ServerTest() : listener_(*listen_on({*IpAddress::parse("127.0.0.1"), 0}, false)) {
    const Limits limits{.connections_max = 2, .header_bytes_max = 1024, .body_bytes_max = 100};
    server_ = std::make_unique<Server>(
        std::move(listener_.socket),
        [this](Request&& request, Server::Answer answer) {
          Response response;
          response.body = request.target + " " + request.body;
          if (request.target == "/events") {
            response.stream = stream_;
            stream_->push("a", "1");
            stream_->end("done");
          }
          answer(std::move(response));
        },
        limits);
    thread_ = std::thread([this] { server_->run(); });
  }
  ~ServerTest() override {
    server_->stop();
    thread_.join();
  }
  UniqueFd connect() {
    UniqueFd client(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(listener_.at.port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    return client;
  }
  // All that comes until `until` has, or the server closes.
  static std::string talk(const UniqueFd& client, std::string_view send, std::string_view until) {
    EXPECT_EQ(::send(client.get(), send.data(), send.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(send.size()));
    std::string got;
    char chunk[4096];
    ssize_t size;
    while ((until.empty() || got.find(until) == got.npos) &&
           (size = ::recv(client.get(), chunk, sizeof chunk, 0)) > 0)
      got.append(chunk, static_cast<size_t>(size));
    return got;
  }
  Listener listener_;
  std::shared_ptr<EventStream> stream_ = std::make_shared<EventStream>();
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

TEST_F(ServerTest, AnswersOneAfterTheOther) {
  const UniqueFd client = connect();
  EXPECT_NE(talk(client, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "/a ").find("200 OK"),
            std::string::npos);
  EXPECT_NE(talk(client, "POST /b HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi", "/b hi").find("200"),
            std::string::npos);
  const std::string events = talk(client, "GET /events HTTP/1.1\r\n\r\n", "");
  EXPECT_NE(events.find("event: a\ndata: 1\n\n"), std::string::npos);
  EXPECT_TRUE(events.ends_with("{\"reason\":\"done\"}\n\n"));
}

TEST_F(ServerTest, BoundsWhatItReads) {
  EXPECT_TRUE(talk(connect(), "GET / HTTP/1.1\r\nA: " + std::string(2000, 'x') + "\r\n\r\n", "")
                  .starts_with("HTTP/1.1 431 "));
  EXPECT_TRUE(talk(connect(), "POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n", "\r\n\r\n")
                  .starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(talk(connect(), "nonsense\r\n\r\n", "\r\n\r\n").starts_with("HTTP/1.1 400 "));
}

TEST_F(ServerTest, TurnsAwayOneTooMany) {
  const UniqueFd first = connect(), second = connect();
  constexpr std::string_view kAsk = "GET / HTTP/1.1\r\n\r\n";
  talk(first, kAsk, "\r\n\r\n");
  talk(second, kAsk, "\r\n\r\n");
  const UniqueFd third = connect();
  char byte;
  EXPECT_LE(::recv(third.get(), &byte, 1, 0), 0);
}

}  // namespace
}  // namespace picket::app::web::http
