// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "base/counter.h"
#include "detect/behavior/beacon_track.h"
#include "detect/behavior/network_for_tests.h"

namespace picket::detect::behavior {
namespace {

using event::Severity;

// `calls` connections to `peer`, each `interval_s` after the one before, give or take `jitter` of
// it.
void call(NetworkForTests& net, const std::string& peer, int calls, double interval_s,
          double jitter, uint64_t bytes = 677) {
  std::mt19937 random(42);
  std::uniform_real_distribution<double> around(-jitter, jitter);
  double at = 0;
  for (int i = 0; i < calls; ++i) {
    net.connect(at, "10.0.0.5:40000", peer, {.bytes_out = bytes, .bytes_in = 300});
    at += interval_s * (1 + around(random));
  }
}

TEST(BeaconScore, AClockworkBeaconScoresNearOne) {
  BeaconTrack track;
  for (int i = 0; i < 1000; ++i) {
    track.add_call({i * 60 * int64_t{1'000'000'000}});
    track.add_size(512);
  }
  EXPECT_GT(track.score(1000 * 60'000).total(), 0.98);
}

TEST(BeaconScore, JitterLowersItALittle) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> gap(30, 90);
  BeaconTrack track;
  double at = 0;
  for (int i = 0; i < 1000; ++i, at += gap(random)) {
    track.add_call({static_cast<int64_t>(at * 1e9)});
    track.add_size(512);
  }
  const BeaconScore score = track.score(static_cast<int64_t>(at * 1000));
  EXPECT_GT(score.total(), 0.85);
  EXPECT_LT(score.intervals, 0.95);
}

TEST(BeaconScore, RandomCallsOfRandomSizeAreNoBeacon) {
  std::mt19937 random(1);
  std::exponential_distribution<double> gap(1.0 / 300);
  std::lognormal_distribution<double> size(7, 1.5);
  BeaconTrack track;
  double at = 0;
  for (int i = 0; i < 300; ++i, at += gap(random)) {
    track.add_call({static_cast<int64_t>(at * 1e9)});
    track.add_size(static_cast<uint64_t>(size(random)));
  }
  EXPECT_LT(track.score(static_cast<int64_t>(at * 1000)).total(), 0.75);
}

TEST(BeaconScore, AMorningOfClockworkInADayIsShort) {
  BeaconTrack track;
  for (int i = 0; i < 60; ++i) track.add_call({i * 60 * int64_t{1'000'000'000}});
  const BeaconScore score = track.score(24 * 3'600'000);
  EXPECT_LT(score.duration, 0.1);
  EXPECT_FALSE(score.sizes_known);
  EXPECT_LE(score.total(), kUnsizedMax);
}

TEST(BeaconScore, ThreeCallsSayNothing) {
  BeaconTrack track;
  for (int i = 0; i < 3; ++i) track.add_call({i * 60 * int64_t{1'000'000'000}});
  EXPECT_EQ(track.score(180'000).total(), 0);
}

TEST(SpreadHistogram, KeepsTheCountsWhenItWidensEitherWay) {
  SpreadHistogram spread;
  constexpr int64_t kHour = 3'600'000;
  for (int64_t hour = 0; hour < 48; ++hour) spread.add(hour * kHour);
  spread.add(-100 * kHour);
  EXPECT_EQ(spread.total(), 49u);
  std::vector<double> whole(1);
  spread.merged(-100 * kHour, 48 * kHour, whole);
  EXPECT_NEAR(whole[0], 49, 0.01);
}

TEST(SpreadHistogram, IgnoresTimesOfBrokenClocks) {
  SpreadHistogram spread;
  spread.add(0);
  spread.add(INT64_MAX / 2);
  spread.add(INT64_MIN / 2);
  EXPECT_EQ(spread.total(), 1u);
}

TEST(SpreadHistogram, ARunEndsAtAGap) {
  SpreadHistogram spread;
  constexpr int64_t kMinute = 60'000;
  for (int64_t minute = 0; minute < 10; ++minute) spread.add(minute * kMinute);
  for (int64_t minute = 60; minute < 65; ++minute) spread.add(minute * kMinute);
  EXPECT_EQ(spread.longest_run_ms(5 * kMinute), 10 * kMinute);
  EXPECT_EQ(spread.longest_run_ms(60 * kMinute), 65 * kMinute);
}

TEST(BeaconTrack, KeepsTheNewestCallsWhenFull) {
  BeaconTrack track;
  // A day of noise, then a clock: the sample holds only the clock.
  for (int i = 0; i < 600; ++i) track.add_call({(i * 144 + i * i % 97) * int64_t{1'000'000'000}});
  const auto base = int64_t{90'000};
  for (size_t i = 0; i < BeaconTrack::kSampleMax; ++i)
    track.add_call({(base + static_cast<int64_t>(i) * 60) * 1'000'000'000});
  EXPECT_EQ(track.score(200'000'000).jitter, 0);
  EXPECT_EQ(track.calls(), 600u + BeaconTrack::kSampleMax);
}

TEST(Beacon, AnImplantThatCallsAllDayIsFound) {
  NetworkForTests net({"beacon"});
  call(net, "203.0.113.9:443", 400, 240, 0.2);
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_GE(alerts[0].severity, Severity::kMedium);
  EXPECT_NE(alerts[0].reason.find("10.0.0.5 calls 203.0.113.9:443 by the clock"), std::string::npos)
      << alerts[0].reason;
}

// RITA calls a pair with more than a connection a second all day a strobe and judges it apart.
TEST(Beacon, AStrobeIsFoundToo) {
  NetworkForTests net({"beacon"});
  call(net, "203.0.113.9:443", 50'000, 0.5, 0.9);
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_GE(alerts[0].severity, Severity::kMedium) << alerts[0].reason;
}

TEST(Beacon, AnHourOfCallsIsNotYetMedium) {
  NetworkForTests net({"beacon"});
  call(net, "203.0.113.9:443", 60, 60, 0.05);
  for (const auto& alert : net.finish())
    EXPECT_LT(alert.severity, Severity::kMedium) << alert.reason;
}

TEST(Beacon, UpdatesByTheClockAreKnown) {
  NetworkForTests net({"beacon"});
  net.lookup(0, "10.0.0.5", "settings.data.microsoft.com", {"203.0.113.10"});
  call(net, "203.0.113.10:443", 400, 240, 0.1);
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_LE(alerts[0].severity, Severity::kLow);
  ASSERT_EQ(alerts[0].known_good.size(), 1u);
}

TEST(Beacon, APeerOfTheWholeNetworkIsOrdinary) {
  NetworkForTests net({"beacon"});
  for (int host = 1; host <= 5; ++host)
    net.connect(host, "10.0.0." + std::to_string(10 + host) + ":40000", "203.0.113.9:443", {});
  call(net, "203.0.113.9:443", 400, 240, 0.1);
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  ASSERT_EQ(alerts[0].known_good.size(), 1u);
  EXPECT_NE(alerts[0].known_good[0].what.find("6 machines"), std::string::npos);
}

TEST(Beacon, NamesBehindOneProxyAreToldApart) {
  NetworkForTests net({"beacon"});
  for (int i = 0; i < 400; ++i) {
    const std::string id = "C" + std::to_string(i);
    net.connect(i * 240, "10.0.0.5:40000", "10.0.0.1:3128",
                {.id = id, .bytes_out = 700, .bytes_in = 90});
    net.ask_proxy(i * 240 + 0.01, "10.0.0.5:40000", "10.0.0.1:3128", "bad.example", id);
  }
  for (int i = 0; i < 40; ++i)
    net.ask_proxy(i * i * 50, "10.0.0.5:40000", "10.0.0.1:3128", "news.example",
                  "D" + std::to_string(i));
  bool found = false;
  for (const auto& alert : net.finish()) {
    EXPECT_NE(alert.domain, "news.example");
    if (alert.domain == "bad.example") {
      found = true;
      EXPECT_GE(alert.severity, Severity::kMedium);
      // The sizes come from the connection's own record.
      EXPECT_TRUE(std::ranges::any_of(alert.evidence, [](const auto& fact) {
        return fact.name == "regular sizes" && fact.value == "1.000";
      }));
    } else {
      EXPECT_LT(alert.severity, Severity::kMedium);
    }
  }
  EXPECT_TRUE(found);
}

TEST(Beacon, ForgetsTheOldestPairsWhenThereAreTooMany) {
  NetworkForTests net({"beacon"});
  const uint64_t before = Counter::value_of("detect.behavior.beacon_track_forgotten");
  for (uint32_t i = 0; i < 16'384 + 10; ++i)
    net.connect(i, "10.0.0.5:40000", IpAddress::v4(0xcb007100 + i).text() + ":443", {});
  EXPECT_EQ(Counter::value_of("detect.behavior.beacon_track_forgotten") - before, 10u);
}

TEST(Beacon, LookupsAndInboundConnectionsAreNoCalls) {
  const auto call_to = [](const char* remote, bool outbound) {
    event::ConnectionMade made;
    made.outbound = outbound;
    made.remote = NetworkForTests::endpoint(remote);
    event::Activity activity;
    activity.what = std::move(made);
    return beacon_call(activity).has_value();
  };
  EXPECT_TRUE(call_to("203.0.113.9:443", true));
  EXPECT_FALSE(call_to("203.0.113.9:443", false));
  EXPECT_FALSE(call_to("203.0.113.9:53", true));
  EXPECT_FALSE(call_to("224.0.0.251:4444", true));
}

}  // namespace
}  // namespace picket::detect::behavior
