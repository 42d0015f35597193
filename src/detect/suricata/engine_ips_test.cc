// SPDX-License-Identifier: Apache-2.0
// What pass, drop and reject do to packets and flows where packets can be stopped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/suricata/engine.h"
#include "detect/suricata/engine_for_tests.h"

namespace picket::detect::suricata {
namespace {

using for_tests::Feed;
using inspect::AppProtocol;
using inspect::Direction;
using inspect::Verdict;
using testing::ElementsAre;
using testing::IsEmpty;

struct InlineFeed : Feed {
  explicit InlineFeed(std::string_view rules, std::vector<std::string> set = {})
      : Feed(rules, std::move(set)) {
    ips = true;
    EXPECT_TRUE(report.errors.empty()) << report.errors[0].text();
  }
};

TEST(SuricataInline, ADropInAPacketEndsThePacketAndOneInTheStreamTheFlow) {
  const char* rules = "drop tcp any any -> any any (content:\"bad\"; sid:1;)";
  InlineFeed packets(rules);
  EXPECT_THAT(packets.packet("bad"), ElementsAre(1));
  EXPECT_EQ(packets.verdict, Verdict::kDrop);
  EXPECT_FALSE(packets.flow.dropped);
  InlineFeed streams(rules);
  EXPECT_THAT(streams.stream("bad"), ElementsAre(1));
  EXPECT_TRUE(streams.flow.dropped);
}

TEST(SuricataInline, ARuleOnAddressesAloneDecidesForTheFlowOneOnSizesForThePacket) {
  InlineFeed by_address("drop tcp 10.0.0.1 any -> any 80 (sid:1;)");
  by_address.packet("x");
  EXPECT_TRUE(by_address.flow.dropped);
  InlineFeed by_size("drop tcp any any -> any any (dsize:1; sid:1;)");
  by_size.packet("x");
  EXPECT_EQ(by_size.verdict, Verdict::kDrop);
  EXPECT_FALSE(by_size.flow.dropped);
}

TEST(SuricataInline, ARuleOnAProtocolAloneDecidesForTheFlowUnlessItAsksForMore) {
  for (auto& [options, for_flow] :
       {std::pair("flow:to_server;", true), std::pair("flow:to_server,established;", false),
        std::pair("dsize:1;", false)}) {
    InlineFeed feed("drop http any any -> any any (" + std::string(options) + " sid:1;)");
    feed.flow.app = AppProtocol::kHttp;
    EXPECT_THAT(feed.packet("x"), ElementsAre(1)) << options;
    EXPECT_EQ(feed.flow.dropped, for_flow) << options;
  }
}

TEST(SuricataInline, PassComesFirstAndWhatADecisionIsForAFlowItStays) {
  InlineFeed feed(
      "drop tcp any any -> any any (content:\"bad\"; sid:1;)\n"
      "pass tcp any any -> any any (content:\"good\"; sid:2;)\n");
  EXPECT_THAT(feed.stream("good bad"), IsEmpty());
  EXPECT_EQ(feed.verdict, Verdict::kPass);
  EXPECT_TRUE(feed.flow.passed);
  EXPECT_THAT(feed.packet("bad"), IsEmpty());
  EXPECT_EQ(feed.verdict, Verdict::kPass);
  EXPECT_FALSE(feed.flow.dropped);
}

TEST(SuricataInline, APassMayAlert) {
  InlineFeed feed(
      "pass tcp any any -> any any (content:\"good\"; alert; sid:1;)\n"
      "alert tcp any any -> any any (content:\"good\"; sid:2;)\n");
  EXPECT_THAT(feed.packet("good"), ElementsAre(1));
  EXPECT_EQ(feed.verdict, Verdict::kPass);
}

TEST(SuricataInline, ADropWithoutAlertStillSaysWhichRuleItWas) {
  Feed quiet("drop tcp any any -> any any (content:\"bad\"; noalert; sid:7;)");
  packet::Packet packet = quiet.header(Direction::kToServer);
  packet.has_transport = true;
  packet.payload = as_bytes(std::string_view("bad"));
  inspect::PacketContext context{.packet = packet,
                                 .flow = &quiet.flow,
                                 .settings = quiet.settings,
                                 .ips = true,
                                 .app_events = {},
                                 .matches = {}};
  EXPECT_EQ(quiet.engine->on_packet(context), Verdict::kDrop);
  EXPECT_TRUE(context.matches.empty());
  ASSERT_NE(context.drop_rule, nullptr);
  EXPECT_EQ(context.drop_rule->sid, 7u);
  EXPECT_EQ(context.drop_reason, inspect::DropReason::kRules);
}

TEST(SuricataInline, RejectsTellWhoeverTheyName) {
  for (auto& [action, to] : {std::pair("reject", inspect::RejectTo::kSource),
                             std::pair("rejectsrc", inspect::RejectTo::kSource),
                             std::pair("rejectdst", inspect::RejectTo::kDestination),
                             std::pair("rejectboth", inspect::RejectTo::kBoth)}) {
    Feed feed(std::string(action) + " tcp any any -> any any (content:\"bad\"; sid:1;)");
    packet::Packet packet = feed.header(Direction::kToServer);
    packet.has_transport = true;
    packet.payload = as_bytes(std::string_view("bad"));
    inspect::PacketContext context{.packet = packet,
                                   .flow = &feed.flow,
                                   .settings = feed.settings,
                                   .ips = true,
                                   .app_events = {},
                                   .matches = {}};
    EXPECT_EQ(feed.engine->on_packet(context), Verdict::kReject) << action;
    EXPECT_EQ(context.reject_to, to) << action;
  }
}

// A threshold.config of one line.
std::string threshold_file(const std::string& line) {
  std::string path = testing::TempDir() + "picket_rate.config";
  std::FILE* file = std::fopen(path.c_str(), "w");
  EXPECT_NE(file, nullptr);
  std::fputs((line + "\n").c_str(), file);
  std::fclose(file);
  return "threshold-file=" + path;
}

TEST(SuricataInline, ARateFilterChangesTheActionForAWhile) {
  InlineFeed feed("alert tcp any any -> any any (dsize:1; sid:1;)",
                  {threshold_file("rate_filter gen_id 1, sig_id 1, track by_src, count 2, "
                                  "seconds 60, new_action drop, timeout 10")});
  auto verdict = [&] {
    EXPECT_THAT(feed.packet("x"), ElementsAre(1));
    return feed.verdict;
  };
  EXPECT_EQ(verdict(), Verdict::kAccept);
  EXPECT_EQ(verdict(), Verdict::kAccept);
  EXPECT_EQ(verdict(), Verdict::kDrop);
  EXPECT_TRUE(feed.matches[0].blocked);
  feed.time_ns += 5'000'000'000;
  EXPECT_EQ(verdict(), Verdict::kDrop);
  feed.time_ns += 6'000'000'000;
  EXPECT_EQ(verdict(), Verdict::kAccept);
}

TEST(SuricataInline, WhatIsSuppressedIsDroppedAllTheSame) {
  InlineFeed feed("drop tcp any any -> any any (content:\"bad\"; sid:1;)",
                  {threshold_file("suppress gen_id 1, sig_id 1, track by_src, ip 10.0.0.0/8")});
  EXPECT_THAT(feed.packet("bad"), IsEmpty());
  EXPECT_EQ(feed.verdict, Verdict::kDrop);
}

TEST(SuricataInline, BelowItsDetectionFilterARuleDropsNothingButItsBitsAreSet) {
  InlineFeed feed(
      "drop tcp any any -> any any (content:\"bad\"; flowbits:set,seen; "
      "detection_filter:track by_src, count 1, seconds 60; sid:1;)\n"
      "alert tcp any any -> any any (content:\"bad\"; flowbits:isset,seen; sid:2;)\n");
  EXPECT_THAT(feed.packet("bad"), ElementsAre(2));
  EXPECT_EQ(feed.verdict, Verdict::kAccept);
  EXPECT_THAT(feed.packet("bad"), ElementsAre(1, 2));
  EXPECT_EQ(feed.verdict, Verdict::kDrop);
}

TEST(SuricataInline, ABypassEndsLookingAtTheFlow) {
  InlineFeed feed("alert tcp any any -> any any (content:\"enough\"; bypass; sid:1;)");
  EXPECT_THAT(feed.packet("enough"), ElementsAre(1));
  EXPECT_EQ(feed.flow.state, inspect::PacketFlow::State::kBypassed);
}

}  // namespace
}  // namespace picket::detect::suricata
