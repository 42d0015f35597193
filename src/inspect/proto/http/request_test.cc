// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/http/request.h"

#include <gtest/gtest.h>

namespace picket::inspect::http {
namespace {

struct Reading {
  explicit Reading(std::string stream)
      : text(std::move(stream)), status(read_request(as_bytes(text), request)) {}
  std::string text;
  Request request;
  Status status;
  bool has(Weird kind) const { return request.weirds.has(kind); }
};

// A GET with these header lines.
Reading with_headers(const std::string& lines) {
  return Reading("GET / HTTP/1.1\r\n" + lines + "\r\n");
}

TEST(HttpRequest, ReadsRequestLineAndHost) {
  const Reading reading(
      "GET /index.html?q=1 HTTP/1.1\r\nUser-Agent: x\r\nHost: WWW.Example.com:8080\r\n\r\nbody");
  ASSERT_EQ(reading.status, Status::kComplete);
  EXPECT_EQ(reading.request.method, "GET");
  EXPECT_EQ(reading.request.target, "/index.html?q=1");
  EXPECT_EQ(reading.request.version, "1.1");
  EXPECT_EQ(reading.request.form, TargetForm::kOrigin);
  EXPECT_EQ(reading.request.host_raw, "WWW.Example.com:8080");
  EXPECT_EQ(reading.request.host, "www.example.com");
  EXPECT_EQ(reading.request.port, 8080);
  EXPECT_FALSE(reading.request.address);
  EXPECT_FALSE(reading.request.to_proxy());
  EXPECT_TRUE(reading.request.weirds.empty());
}

TEST(HttpRequest, EveryTruncationNeedsMore) {
  const std::string whole = "OPTIONS * HTTP/1.1\r\nHost: example.com\r\nAccept: */*\r\n\r\n";
  for (size_t size = 0; size < whole.size(); ++size) {
    const Reading reading(whole.substr(0, size));
    ASSERT_EQ(reading.status, Status::kNeedMore) << size;
    EXPECT_EQ(reading.request.host, size >= 39 ? "example.com" : "") << size;
  }
  EXPECT_EQ(Reading(whole).request.form, TargetForm::kAsterisk);
}

TEST(HttpRequest, NotHttp) {
  for (const char* stream :
       {"SSH-2.0-OpenSSH_9\r\n", "\x16\x03\x01", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET /\r\n",
        "GET / HTTP/2\r\n", "GET / HTTP/1.x\r\n", "GET / http/1.1\r\n", "GET\r\n",
        " GET / HTTP/1.1\r\n", "G(T / HTTP/1.1\r\n", "EHLO example.com\r\n",
        "\r\n\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n", "GET HTTP/1.1\r\nHost"})
    EXPECT_EQ(Reading(stream).status, Status::kNotHttp) << stream;
  EXPECT_EQ(Reading(std::string(kMethodMax + 1, 'A')).status, Status::kNotHttp);
  EXPECT_EQ(Reading(std::string(kMethodMax, 'A')).status, Status::kNeedMore);
}

TEST(HttpRequest, TargetWinsOverHost) {
  const Reading absolute("GET http://Origin.example:81/a HTTP/1.1\r\nHost: other.example\r\n\r\n");
  EXPECT_EQ(absolute.request.form, TargetForm::kAbsolute);
  EXPECT_EQ(absolute.request.host, "origin.example");
  EXPECT_EQ(absolute.request.port, 81);
  EXPECT_TRUE(absolute.has(Weird::kHostDiffersFromTarget));
  EXPECT_TRUE(absolute.request.to_proxy());
  const Reading same("GET http://a.example?q HTTP/1.1\r\nHost: A.example\r\n\r\n");
  EXPECT_EQ(same.request.host, "a.example");
  EXPECT_TRUE(same.request.weirds.empty());
  const Reading connect("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n");
  EXPECT_EQ(connect.request.form, TargetForm::kAuthority);
  EXPECT_EQ(connect.request.host, "a.example");
  EXPECT_EQ(connect.request.port, 443);
  EXPECT_TRUE(connect.request.weirds.empty());
  const Reading user("GET ftp://u:p@a.example/ HTTP/1.0\r\n\r\n");
  EXPECT_EQ(user.request.host, "a.example");
  EXPECT_TRUE(user.has(Weird::kUserInTarget));
  const Reading odd("GET a.example HTTP/1.1\r\nHost: a.example\r\n\r\n");
  EXPECT_EQ(odd.request.form, TargetForm::kOther);
  EXPECT_TRUE(odd.has(Weird::kOddTarget));
  EXPECT_EQ(odd.request.host, "a.example");
}

TEST(HttpRequest, HostsThatAreNone) {
  for (const char* host :
       {"a b", "ex\x1b[31mample", "-a", "a.example:99999", "<script>", "u@a.example"}) {
    const Reading reading = with_headers("Host: " + std::string(host) + "\r\n");
    EXPECT_EQ(reading.status, Status::kComplete);
    EXPECT_EQ(reading.request.host, "") << host;
    EXPECT_TRUE(reading.has(Weird::kBadHost)) << host;
  }
  const Reading literal = with_headers("Host: [2001:DB8::1]:8080\r\n");
  EXPECT_EQ(literal.request.host, "2001:db8::1");
  EXPECT_EQ(literal.request.address, IpAddress::parse("2001:db8::1"));
  EXPECT_EQ(with_headers("Host: 192.0.2.1\r\n").request.address, IpAddress::parse("192.0.2.1"));
  EXPECT_EQ(with_headers("Host:\r\n").request.host, "");
  EXPECT_TRUE(with_headers("Host:\r\n").request.weirds.empty());
}

TEST(HttpRequest, MissingAndRepeatedHost) {
  const uint64_t before = counter_of(Weird::kNoHost).value();
  EXPECT_TRUE(with_headers("Accept: */*\r\n").has(Weird::kNoHost));
  EXPECT_EQ(counter_of(Weird::kNoHost).value(), before + 1);
  EXPECT_FALSE(Reading("GET / HTTP/1.0\r\n\r\n").has(Weird::kNoHost));
  const Reading same = with_headers("Host: a.example\r\nhost: A.EXAMPLE\r\n");
  EXPECT_TRUE(same.has(Weird::kDuplicateHost));
  EXPECT_EQ(same.request.host, "a.example");
  const Reading conflict = with_headers("Host: a.example\r\nHost: b.example\r\n");
  EXPECT_TRUE(conflict.has(Weird::kConflictingHost));
  EXPECT_EQ(conflict.request.host, "");
  EXPECT_EQ(conflict.request.host_raw, "a.example");
}

TEST(HttpRequest, OddWhitespaceAndFolding) {
  const Reading folded = with_headers("Host:\r\n  a.example\r\nX: y\r\n z\r\n");
  EXPECT_TRUE(folded.has(Weird::kFoldedHeader));
  EXPECT_EQ(folded.request.host, "a.example");
  const Reading two_words = with_headers("Host: a.example\r\n\tb.example\r\n");
  EXPECT_EQ(two_words.request.host, "");
  EXPECT_TRUE(two_words.has(Weird::kBadHost));
  const Reading other_folded = with_headers("Host: a.example\r\nX: y\r\n z\r\n");
  EXPECT_EQ(other_folded.request.host, "a.example");
  const Reading colon = with_headers("Host : a.example \t\r\n");
  EXPECT_TRUE(colon.has(Weird::kSpaceBeforeColon));
  EXPECT_EQ(colon.request.host, "a.example");
  const Reading line = Reading("GET  /a b\tHTTP/1.1\nHost:a.example\n\n");
  ASSERT_EQ(line.status, Status::kComplete);
  EXPECT_EQ(line.request.target, "/a b");
  EXPECT_TRUE(line.has(Weird::kOddWhitespace));
  EXPECT_TRUE(line.has(Weird::kSpaceInTarget));
  EXPECT_TRUE(line.has(Weird::kBareLineFeed));
  EXPECT_EQ(line.request.host, "a.example");
  const Reading leading("\r\n\r\nGET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
  EXPECT_TRUE(leading.has(Weird::kLeadingEmptyLine));
  EXPECT_EQ(leading.request.host, "a.example");
  const Reading junk = with_headers("no colon here\r\n: nameless\r\nHost: a.example\r\n");
  EXPECT_TRUE(junk.has(Weird::kNotAHeader));
  EXPECT_EQ(junk.request.host, "a.example");
  EXPECT_TRUE(with_headers(std::string("X: a\0b\r\nHost: a\r\n", 17)).has(Weird::kControlByte));
}

TEST(HttpRequest, NearMissesOfTheHostHeader) {
  const Reading reading =
      with_headers("X-Host: x.example\r\nHostess: y.example\r\nHos: z.example\r\n");
  EXPECT_EQ(reading.request.host, "");
  EXPECT_EQ(reading.request.host_raw, "");
  const Reading body("POST / HTTP/1.0\r\n\r\nHost: body.example\r\n\r\n");
  EXPECT_EQ(body.request.host, "");
}

TEST(HttpRequest, BoundOfTheHead) {
  const Reading cookie =
      with_headers("Host: a.example\r\nCookie: " + std::string(kHeadBytesMax, 'c') + "\r\n");
  EXPECT_EQ(cookie.status, Status::kComplete);
  EXPECT_TRUE(cookie.has(Weird::kTooLong));
  EXPECT_EQ(cookie.request.host, "a.example");
  const Reading target("GET /" + std::string(kHeadBytesMax, 'a'));
  EXPECT_EQ(target.status, Status::kMalformed);
  EXPECT_TRUE(target.has(Weird::kTooLong));
  std::string most, one_more;
  for (size_t i = 1; i < kHeadersMax; ++i) most += "A: b\r\n";
  EXPECT_EQ(with_headers(most + "Host: a.example\r\n").request.host, "a.example");
  const Reading too_many = with_headers(most + "A: b\r\nHost: a.example\r\n");
  EXPECT_TRUE(too_many.has(Weird::kTooManyHeaders));
  EXPECT_EQ(too_many.request.host, "");
}

}  // namespace
}  // namespace picket::inspect::http
