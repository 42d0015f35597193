// SPDX-License-Identifier: Apache-2.0
#include "detect/intel/indicator_engine.h"

#include <gtest/gtest.h>

namespace picket::detect::intel {
namespace {

using event::Severity;

class Engine : public testing::Test {
 protected:
  void listed(std::string_view value, std::optional<WallTime> seen = {},
              std::optional<WallTime> expires = {}) {
    auto indicator = guess_indicator(value);
    ASSERT_TRUE(indicator);
    indicator->about = "Loader";
    indicator->seen = seen;
    indicator->expires = expires;
    set_.add(*indicator, "/lists/bad.txt");
  }
  std::vector<event::Alert> see(std::vector<event::What> all) {
    set_.seal();
    auto engine = IndicatorEngine::of(std::move(set_));
    for (event::What& what : all) {
      activity_.what = std::move(what);
      engine->observe(activity_);
    }
    return engine->finish();
  }
  static event::ConnectionMade to(const char* address, uint16_t port, bool outbound = true,
                                  bool answered = true) {
    event::ConnectionMade made;
    made.outbound = outbound;
    made.answered = answered;
    made.remote = {*IpAddress::parse(address), port};
    return made;
  }
  static WallTime day(int64_t number) { return {number * 86'400'000'000'000}; }

  IndicatorSet set_;
  event::Activity activity_ = [] {
    event::Activity activity;
    activity.time = day(20'000);
    activity.host = "ws1";
    activity.actor.name = "updater";
    activity.actor.pid = 7;
    return activity;
  }();
};

TEST_F(Engine, ACallToAListedAddress) {
  listed("203.0.113.9");
  const auto alerts =
      see({to("203.0.113.9", 443), to("203.0.113.9", 443), to("203.0.113.10", 443)});
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].severity, Severity::kHigh);
  EXPECT_EQ(alerts[0].detector, event::Detector::kIndicator);
  EXPECT_EQ(alerts[0].count, 2u);
  EXPECT_EQ(alerts[0].rule_id, "bad.txt");
  EXPECT_EQ(alerts[0].reason,
            "updater (pid 7) called 203.0.113.9:443, which bad.txt lists as Loader");
  ASSERT_TRUE(alerts[0].connection);
}

TEST_F(Engine, ACallThatFailedOrCameFromOutsideSaysLess) {
  listed("203.0.113.9");
  listed("203.0.113.8");
  const auto alerts = see({to("203.0.113.9", 443, true, false), to("203.0.113.8", 5000, false)});
  ASSERT_EQ(alerts.size(), 2u);
  EXPECT_EQ(alerts[0].severity, Severity::kMedium);
  EXPECT_EQ(alerts[1].severity, Severity::kLow);
}

TEST_F(Engine, AnExpiredEntryIsSilentAndAnOldOneLower) {
  listed("203.0.113.9", {}, day(19'999));
  listed("203.0.113.8", day(19'000));
  const auto alerts = see({to("203.0.113.9", 443), to("203.0.113.8", 443)});
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].severity, Severity::kMedium);
  EXPECT_EQ(alerts[0].confidence, event::Confidence::kLow);
  ASSERT_EQ(alerts[0].known_good.size(), 1u);
}

TEST_F(Engine, NamesAndUrlsAndGreetings) {
  listed("evil.example");
  listed("http://bad.example/a");
  event::DnsLookup lookup;
  lookup.name = "www.evil.example";
  event::HttpExchange http;
  http.host = "bad.example";
  http.uri = "/a";
  http.remote.port = 80;
  event::TlsSession tls;
  tls.server_name = "cdn.evil.example";
  event::DnsLookup fine;
  fine.name = "notevil.example";
  const auto alerts = see({lookup, http, tls, fine});
  ASSERT_EQ(alerts.size(), 3u);
  EXPECT_EQ(alerts[0].domain, "www.evil.example");
  EXPECT_EQ(alerts[0].severity, Severity::kMedium);
  EXPECT_EQ(alerts[1].severity, Severity::kHigh);
}

TEST_F(Engine, HashesOfProgramsAndOfFilesOnTheWire) {
  const std::string hash(64, 'a');
  listed(hash);
  activity_.actor.sha256 = hash;
  activity_.actor.path = "/tmp/x";
  event::FileCarried file;
  file.sha256 = hash;
  file.name = "a.exe";
  const auto alerts = see({event::ProcessStarted{}, event::ProcessStarted{}, file});
  ASSERT_EQ(alerts.size(), 2u);
  EXPECT_EQ(alerts[0].file, "/tmp/x");
  EXPECT_EQ(alerts[0].count, 1u);
  EXPECT_EQ(alerts[1].file, "a.exe");
}

TEST_F(Engine, AListedFileThatWasMarkedAsDownloaded) {
  const std::string digest(64, 'a');
  listed(digest);
  event::FileMarked marked;
  marked.path = "C:\\d\\a.exe";
  marked.sha256 = digest;
  const auto alerts = see({marked});
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].file, "C:\\d\\a.exe");
}

}  // namespace
}  // namespace picket::detect::intel
