// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/reloadable_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "detect/suricata/engine_for_tests.h"

namespace picket::detect::suricata {
namespace {

using for_tests::FakeTransaction;
using for_tests::Feed;
using inspect::AppProtocol;
using inspect::Direction;
using testing::ElementsAre;
using testing::IsEmpty;

// One flow in front of an engine whose rules change.
struct ReloadFeed : Feed {
  explicit ReloadFeed(std::string_view rules) : Feed(rules) {
    reloadable = ReloadableEngine::create(loaded, settings).value();
  }
  std::shared_ptr<const LoadedRules> next(std::string_view rules) {
    LoadReport ignored;
    return loaded = load_text(rules, settings, ignored, loaded.get()).value();
  }
  void reload(std::string_view rules) { reloadable->offer(next(rules)); }
  Sids show(const std::string& payload, Direction direction = Direction::kToServer) {
    packet::Packet packet = header(direction);
    packet.has_transport = true;
    packet.payload = as_bytes(payload);
    ++flow.packets[inspect::index(direction)];
    inspect::PacketContext context{.packet = packet,
                                   .flow = &flow,
                                   .direction = direction,
                                   .settings = settings,
                                   .app_events = {},
                                   .matches = {}};
    context.established = true;
    reloadable->on_packet(context);
    Sids sids;
    for (const inspect::RuleMatch& match : context.matches) sids.push_back(match.rule->sid);
    return sids;
  }
  std::unique_ptr<ReloadableEngine> reloadable;
};

constexpr const char* kOpen =
    "alert tcp any any -> any any (content:\"open\"; flowbits:set,door; noalert; sid:1;)\n";
constexpr const char* kEnter =
    "alert tcp any any -> any any (content:\"enter\"; flowbits:isset,door; sid:2;)\n";

TEST(SuricataReload, NewRulesHoldFromTheNextPacketOn) {
  ReloadFeed feed("alert tcp any any -> any any (content:\"a\"; sid:1;)");
  EXPECT_THAT(feed.show("ab"), ElementsAre(1));
  feed.reload("alert tcp any any -> any any (content:\"b\"; sid:2;)");
  EXPECT_THAT(feed.show("ab"), ElementsAre(2));
}

TEST(SuricataReload, AFlowKeepsItsBitsWhateverNumbersTheNewRulesWouldGiveThem) {
  ReloadFeed feed(std::string(kOpen) + kEnter);
  feed.show("open");
  feed.reload("alert tcp any any -> any any (content:\"x\"; flowbits:set,other; sid:9;)\n" +
              std::string(kEnter));
  EXPECT_THAT(feed.show("enter"), ElementsAre(2));
  feed.reload("alert tcp any any -> any any (content:\"enter\"; flowbits:isset,other; sid:3;)");
  EXPECT_THAT(feed.show("enter"), IsEmpty());
}

TEST(SuricataReload, CountsStayWithRulesThatStay) {
  const std::string limited =
      "alert tcp any any -> any any (content:\"a\"; threshold:type limit, track by_src, count 1, "
      "seconds 60; sid:5;)\n";
  ReloadFeed feed(limited);
  EXPECT_THAT(feed.show("a"), ElementsAre(5));
  feed.reload("drop tcp any any -> any any (content:\"zz\"; sid:1;)\n" + limited);
  EXPECT_THAT(feed.show("a"), IsEmpty());
}

TEST(SuricataReload, AnOpenTransactionIsLookedAtAgainAndAlertsOnlyOnWhatIsNew) {
  const std::string old = "alert http any any -> any any (http.uri; content:\"/a\"; sid:7;)\n";
  ReloadFeed feed(old);
  FakeTransaction& tx = feed.transaction(AppProtocol::kHttp).put("http.uri", "/a");
  tx.set_progress(Direction::kToServer, 1);
  EXPECT_THAT(feed.show(""), ElementsAre(7));
  feed.reload("alert http any any -> any any (http.uri; content:\"a\"; sid:3;)\n" + old);
  EXPECT_THAT(feed.show(""), ElementsAre(3));
  tx.set_progress(Direction::kToServer, 2);
  EXPECT_THAT(feed.show(""), IsEmpty());
}

TEST(SuricataReload, SetsThatTrafficFilledStayFilled) {
  const std::string rules =
      "alert http any any -> any any (http.host; dataset:set,seen,type string; sid:1;)\n";
  ReloadFeed feed(rules);
  feed.transaction(AppProtocol::kHttp).put("http.host", "a.example").done();
  EXPECT_THAT(feed.show(""), ElementsAre(1));
  feed.reload(rules);
  feed.transaction(AppProtocol::kHttp).put("http.host", "a.example").done();
  EXPECT_THAT(feed.show(""), IsEmpty());
  feed.transaction(AppProtocol::kHttp).put("http.host", "b.example").done();
  EXPECT_THAT(feed.show(""), ElementsAre(1));
}

TEST(SuricataReload, RulesMayBeOfferedByAnotherThreadWhilePacketsPass) {
  ReloadFeed feed("alert tcp any any -> any any (content:\"a\"; sid:1;)");
  const auto newer = feed.next("alert tcp any any -> any any (content:\"a\"; sid:2;)");
  std::thread other([&] { feed.reloadable->offer(newer); });
  for (int i = 0; i < 100; ++i) EXPECT_EQ(feed.show("a").size(), 1u);
  other.join();
  EXPECT_THAT(feed.show("a"), ElementsAre(2));
}

}  // namespace
}  // namespace picket::detect::suricata
