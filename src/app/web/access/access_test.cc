// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "app/web/access/attempt_brake.h"
#include "app/web/access/gate.h"
#include "app/web/access/password.h"
#include "app/web/access/secret.h"
#include "app/web/access/sessions.h"
#include "app/web/access/user_book.h"

namespace picket::app::web::access {
namespace {

struct SetClock : Clock {
  MonoTime now{1'000'000 * kNsPerSecond};
  MonoTime mono() const override { return now; }
  WallTime wall() const override { return WallTime{static_cast<int64_t>(now.ns)}; }
};

TEST(Secret, TokensAre256BitsAndDiffer) {
  const auto a = new_token(), b = new_token();
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->size(), kTokenTextBytes);
  EXPECT_NE(*a, *b);
  EXPECT_TRUE(same(*a, *a));
  EXPECT_FALSE(same(*a, *b));
  EXPECT_FALSE(same(*a, a->substr(1)));
}

TEST(Sessions, EndWhenUnusedAndAfterTheLongestTime) {
  SetClock clock;
  Sessions sessions(clock);
  const auto begun = sessions.begin("eve", Role::kAnalyst);
  ASSERT_TRUE(begun);
  ASSERT_TRUE(sessions.find(begun->token));
  EXPECT_EQ(sessions.find(begun->token)->role, Role::kAnalyst);
  EXPECT_FALSE(sessions.find(begun->session.key)) << "what is kept inside opens nothing";
  const MonoTime first = clock.now;
  while (ns_between(first, clock.now) + Sessions::kIdleNs / 2 < Sessions::kLongestNs) {
    clock.now.ns += Sessions::kIdleNs / 2;
    ASSERT_TRUE(sessions.find(begun->token));
  }
  clock.now.ns = first.ns + Sessions::kLongestNs + 1;
  EXPECT_FALSE(sessions.find(begun->token)) << "used or not";
  const auto idle = sessions.begin("eve", Role::kViewer);
  clock.now.ns += Sessions::kIdleNs + 1;
  EXPECT_FALSE(sessions.alive(idle->session.key));
  EXPECT_FALSE(sessions.find(idle->token));
}

TEST(Sessions, TheOneUnusedLongestMakesRoom) {
  SetClock clock;
  Sessions sessions(clock);
  const auto first = sessions.begin("eve", Role::kViewer);
  for (size_t i = 0; i < Sessions::kSessionsMax; ++i) {
    clock.now.ns += 1;
    ASSERT_TRUE(sessions.begin("other", Role::kViewer));
  }
  EXPECT_FALSE(sessions.find(first->token));
  const auto last = sessions.begin("other", Role::kViewer);
  sessions.end_all_of("other");
  EXPECT_FALSE(sessions.find(last->token));
}

TEST(Sessions, LinksWorkOnceAndNotForLong) {
  SetClock clock;
  Sessions sessions(clock);
  const auto link = sessions.new_link();
  EXPECT_FALSE(sessions.use_link("x"));
  EXPECT_TRUE(sessions.use_link(*link));
  EXPECT_FALSE(sessions.use_link(*link));
  const auto old = sessions.new_link();
  clock.now.ns += Sessions::kLinkNs + 1;
  EXPECT_FALSE(sessions.use_link(*old));
  const auto first = sessions.new_link();
  for (size_t i = 0; i < Sessions::kLinksMax; ++i) {
    clock.now.ns += 1;
    ASSERT_TRUE(sessions.new_link());
  }
  EXPECT_FALSE(sessions.use_link(*first)) << "too many: the oldest is worthless";
}

TEST(AttemptBrake, WaitsTwiceAsLongEachTime) {
  AttemptBrake brake;
  MonoTime now{kNsPerSecond};
  for (unsigned i = 1; i < AttemptBrake::kFreeTries; ++i) {
    brake.failed("eve", now);
    EXPECT_EQ(brake.wait_ns("eve", now), 0u);
  }
  for (uint64_t wait = AttemptBrake::kWaitFirstNs; wait < AttemptBrake::kWaitMaxNs; wait *= 2) {
    brake.failed("eve", now);
    EXPECT_EQ(brake.wait_ns("eve", now), wait);
    EXPECT_EQ(brake.wait_ns("bob", now), 0u);
    now.ns += wait;
    EXPECT_EQ(brake.wait_ns("eve", now), 0u);
  }
  for (int i = 0; i < 100; ++i) brake.failed("eve", now);
  EXPECT_EQ(brake.wait_ns("eve", now), AttemptBrake::kWaitMaxNs);
  brake.succeeded("eve");
  EXPECT_EQ(brake.wait_ns("eve", now), 0u);
}

TEST(AttemptBrake, RemembersABoundedNumber) {
  AttemptBrake brake;
  for (uint64_t i = 0; i < AttemptBrake::kKeysMax + 10; ++i)
    brake.failed(std::to_string(i), MonoTime{i + 1});
  EXPECT_EQ(brake.size(), AttemptBrake::kKeysMax);
}

class GateTest : public testing::Test {
 protected:
  unsigned status(const http::Request& request, bool page = false) {
    const auto checked = gate_.check_source(request, page);
    return checked ? 200 : checked.error().status;
  }
  const Gate gate_{Endpoint{*IpAddress::parse("127.0.0.1"), 7480}};
  http::Request request_{.host = "127.0.0.1:7480"};
};

TEST_F(GateTest, OnlyItsOwnNames) {
  for (const char* good : {"127.0.0.1:7480", "localhost:7480", "[::1]:7480"}) {
    request_.host = good;
    EXPECT_EQ(status(request_), 200u) << good;
  }
  for (const char* bad :
       {"", "localhost", "localhost:80", "evil.example:7480", "127.0.0.1:7480."}) {
    request_.host = bad;
    EXPECT_EQ(status(request_), 421u) << bad;
    EXPECT_EQ(status(request_, true), 421u) << bad;
  }
}

TEST_F(GateTest, NoOtherSiteMayAsk) {
  request_.fetch_site = "same-origin";
  request_.origin = "http://localhost:7480";
  EXPECT_EQ(status(request_), 200u);
  for (const char* bad :
       {"http://evil.example", "null", "https://127.0.0.1:7480", "http://127.0.0.1:7481"}) {
    request_.origin = bad;
    EXPECT_EQ(status(request_), 403u) << bad;
  }
  request_.origin = "";
  for (const char* bad : {"cross-site", "same-site", "?"}) {
    request_.fetch_site = bad;
    EXPECT_EQ(status(request_), 403u) << bad;
    EXPECT_EQ(status(request_, true), 200u) << "links may lead to pages";
  }
}

TEST_F(GateTest, FindsItsOwnCookie) {
  request_.cookie = "picket_session7481=a; xpicket_session7480=b; picket_session7480=right; c=d";
  EXPECT_EQ(gate_.token_of(request_), "right");
  for (const char* none : {"", "picket_session7480", "picket_session=x", ";;=; ="}) {
    request_.cookie = none;
    EXPECT_EQ(gate_.token_of(request_), "") << none;
  }
  Session session;
  session.csrf = "secret";
  EXPECT_FALSE(Gate::check_csrf(request_, session));
  request_.csrf = "secret";
  EXPECT_TRUE(Gate::check_csrf(request_, session));
}

TEST(UserBook, KeepsHashesThatOnlyTheOwnerReads) {
  std::string folder = testing::TempDir() + "picket-users-XXXXXX";
  ASSERT_TRUE(::mkdtemp(folder.data()));
  const UserBook book(folder);
  EXPECT_TRUE(book.all()->empty());
  EXPECT_FALSE(book.put("eve", Role::kViewer, std::nullopt, {}).has_value()) << "needs a password";
  EXPECT_FALSE(book.put("e ve", Role::kViewer, "long enough for it", {}).has_value());
  EXPECT_FALSE(book.put("eve", Role::kViewer, "short", {}).has_value());
  ASSERT_TRUE(book.put("eve", Role::kViewer, "long enough for it", {}).has_value());
  ASSERT_TRUE(book.put("eve", Role::kAnalyst, std::nullopt, {}).has_value());
  const auto right = book.check("eve", "long enough for it");
  ASSERT_TRUE(right && *right);
  EXPECT_EQ((*right)->role, Role::kAnalyst);
  EXPECT_FALSE(book.check("eve", "long enough for ti")->has_value());
  EXPECT_FALSE(book.check("bob", "long enough for it")->has_value());
  struct stat facts {};
  ASSERT_EQ(::stat((folder + "/console.db").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  EXPECT_TRUE(*book.remove("eve"));
  EXPECT_FALSE(*book.remove("eve"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace picket::app::web::access
