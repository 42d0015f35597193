// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/tag.h"

#include <gtest/gtest.h>

#include "base/counter.h"
#include "detect/suricata/engine_for_tests.h"

namespace picket::detect::suricata {
namespace {

using for_tests::Feed;
using inspect::Direction;

// How many of ten packets that follow the match are asked for.
int tagged_after(std::string_view tag) {
  Feed feed("alert tcp any any -> any any (content:\"now\"; tag:" + std::string(tag) + "; sid:1;)");
  EXPECT_TRUE(feed.report.errors.empty()) << feed.report.errors[0].text();
  EXPECT_EQ(feed.packet("now"), Feed::Sids{1});
  EXPECT_FALSE(feed.tagged) << "the alert shows that packet";
  int count = 0;
  for (int i = 0; i < 10; ++i) {
    feed.packet("then", i % 2 == 0 ? Direction::kToClient : Direction::kToServer);
    count += feed.tagged ? 1 : 0;
  }
  return count;
}

TEST(SuricataTag, AsksForWhatFollowsUpToItsLimit) {
  EXPECT_EQ(tagged_after("session"), 10);
  EXPECT_EQ(tagged_after("session,4,packets"), 3) << "the packet that matched is counted";
  EXPECT_EQ(tagged_after("host,4,packets,dst"), 3);
  EXPECT_EQ(tagged_after("host,src"), 10);
  EXPECT_EQ(tagged_after("session,0,seconds"), 10) << "packets are a millisecond apart";
}

TEST(SuricataTag, AHostIsFollowedFromFlowToFlow) {
  Feed feed("alert tcp any any -> any any (content:\"now\"; tag:host,100,packets,src; sid:1;)");
  feed.packet("now");
  feed.flow.memo.reset();
  feed.flow.server = {*IpAddress::parse("192.0.2.99"), 22};
  feed.packet("other flow");
  EXPECT_TRUE(feed.tagged);
  feed.flow.client.address = *IpAddress::parse("10.0.0.77");
  feed.packet("other host");
  EXPECT_FALSE(feed.tagged);
}

TEST(SuricataTag, WhatIsWrittenWrongIsRefused) {
  for (const char* bad : {"all", "host,10,packets,left", "session,x,packets", "session,3,years",
                          "session,1,packets,src"}) {
    Feed feed("alert tcp any any -> any any (tag:" + std::string(bad) + "; sid:1;)");
    EXPECT_EQ(feed.report.errors.size(), 1u) << bad;
  }
}

TEST(SuricataTag, TheListIsBounded) {
  TagList list;
  const uint64_t before = Counter::value_of("suricata.tags_max");
  for (uint32_t rule = 0; rule <= TagList::kTagsMax; ++rule) list.add({.rule = rule, .limit = 2});
  EXPECT_EQ(Counter::value_of("suricata.tags_max"), before + 1);
  packet::Packet packet;
  EXPECT_FALSE(list.take(packet));
  EXPECT_TRUE(list.take(packet));
  for (uint32_t i = 0; i <= TagList::kRenewedMax; ++i) list.add({.rule = 1, .limit = 2});
  EXPECT_TRUE(list.take(packet)) << "renewed";
  EXPECT_TRUE(list.take(packet));
  EXPECT_FALSE(list.take(packet));
  EXPECT_TRUE(list.empty());
}

TEST(SuricataTag, HostsAreBounded) {
  HostState hosts;
  const uint64_t before = Counter::value_of("suricata.tagged_hosts_full");
  for (uint32_t i = 0; i <= HostState::kTaggedMax; ++i)
    hosts.add_tag(IpAddress::v4(0x0a000000 + i), {.rule = 1, .limit = 2});
  EXPECT_EQ(Counter::value_of("suricata.tagged_hosts_full"), before + 1);
}

TEST(SuricataMetadata, FlowsShowWhatRulesNoted) {
  Feed feed(
      "alert tcp any any -> any any (content:\"a\"; flowbits:set,traffic/id/curl; "
      "flowbits:set,traffic/label/web; flowbits:set,seen; noalert; sid:1;)");
  feed.packet("a");
  std::string shown;
  JsonWriter writer(shown);
  writer.begin_object();
  feed.flow.memo->append_eve(writer);
  writer.end_object();
  EXPECT_EQ(shown,
            R"({"traffic":{"id":["curl"],"label":["web"]},"metadata":{"flowbits":["seen"]}})");
}

TEST(SuricataMetadata, PacketsShowWhatWasCaptured) {
  Feed feed("alert tcp any any -> any any (pcre:\"/uid=(\\d+)/, pkt:uid\"; noalert; sid:1;)");
  ASSERT_TRUE(feed.report.errors.empty()) << feed.report.errors[0].text();
  feed.packet("uid=7");
  EXPECT_EQ(feed.captured, R"("pktvars":[{"uid":"7"}])");
  feed.packet("gid=7");
  EXPECT_EQ(feed.captured, "");
}

}  // namespace
}  // namespace picket::detect::suricata
