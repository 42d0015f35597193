// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/counter.h"
#include "detect/suricata/engine_for_tests.h"

namespace picket::detect::suricata {
namespace {

using for_tests::FakeTransaction;
using for_tests::Feed;
using inspect::AppProtocol;
using inspect::Direction;
using testing::ElementsAre;
using testing::IsEmpty;

// Whether one rule of options on a TCP packet matches a payload.
bool matches(std::string options, std::string payload) {
  Feed feed("alert tcp any any -> any any (" + options + " sid:1;)");
  EXPECT_TRUE(feed.report.errors.empty()) << feed.report.errors[0].text();
  return feed.packet(std::move(payload)) == Feed::Sids{1};
}

TEST(SuricataEngine, ContentKeepsToOffsetAndDepth) {
  EXPECT_TRUE(matches("content:\"abc\"; offset:2; depth:4;", "xxxabcx"));
  EXPECT_FALSE(matches("content:\"abc\"; offset:2; depth:4;", "xabcxxx"));
  EXPECT_FALSE(matches("content:\"abc\"; offset:2; depth:4;", "xxxxabc"));
  EXPECT_TRUE(matches("content:\"ABC\"; nocase;", "xxaBcx"));
  EXPECT_FALSE(matches("content:\"ABC\";", "xxaBcx"));
  EXPECT_TRUE(matches("content:\"a|00 0d|b\";", std::string("xa\0\rb", 5)));
}

TEST(SuricataEngine, RelativeContentsTryFurtherPlacesOfTheFirst) {
  EXPECT_TRUE(matches("content:\"a\"; content:\"b\"; distance:1; within:1;", "a..a.b"));
  EXPECT_FALSE(matches("content:\"a\"; content:\"b\"; distance:1; within:1;", "ab..a..b"));
  EXPECT_TRUE(matches("content:\"key=\"; content:!\"ok\"; within:2;", "key=ok key=no"));
  EXPECT_FALSE(matches("content:\"key=\"; content:!\"ok\"; within:2;", "key=ok key=ok"));
}

TEST(SuricataEngine, ContentsWithoutAnEndAreNotTriedAgain) {
  const std::string options =
      "content:\"a\"; content:\"b\"; distance:0; content:\"c\"; distance:1; content:\"d\"; "
      "distance:0;";
  std::string text;
  for (int i = 0; i < 300; ++i) text += "abcd";
  const uint64_t before = Counter::value_of("suricata.steps_max");
  EXPECT_FALSE(matches(options, "ddd" + std::string(3000, 'a') + std::string(3000, 'b')));
  EXPECT_FALSE(matches(options + " content:\"never\"; distance:0;", text + text + text));
  EXPECT_EQ(Counter::value_of("suricata.steps_max"), before);
  EXPECT_TRUE(matches(options + " content:\"e\"; distance:0; within:1;", text + "a b cd ddde"));
}

TEST(SuricataEngine, RulesFoundByPortAndByWhatTheServerSaid) {
  Feed feed(
      "alert tcp any any -> any 80 (content:\"x\"; flow:no_stream; sid:1;)\n"
      "alert tcp any any -> any 81 (content:\"x\"; flow:no_stream; sid:2;)\n"
      "alert tcp any 40000 -> any any (flags:0; sid:3;)\n"
      "alert tcp any any -> any any (stream_size:server,<,5; content:\"x\"; sid:4;)\n"
      "alert tcp any any -> any any (stream_size:server,>,5; content:\"x\"; sid:5;)\n"
      "alert ip any any -> any any (ip_proto:6; content:\"x\"; depth:3; sid:7;)\n");
  EXPECT_THAT(feed.packet("x"), ElementsAre(1, 3, 4, 7));
  feed.flow.stream_size[1] = 6;
  EXPECT_THAT(feed.packet("x"), ElementsAre(1, 3, 5, 7));
  EXPECT_THAT(feed.packet(std::string(400, 'y') + "x"), ElementsAre(1, 3, 5));
  const std::string_view on_udp = "alert ip any any -> any any (ip_proto:17; sid:6;)\n";
  EXPECT_THAT(Feed(on_udp).packet("x"), IsEmpty());
  Feed udp(on_udp);
  udp.flow.protocol = packet::ip_protocol::kUdp;
  EXPECT_THAT(udp.packet("x"), ElementsAre(6));
}

TEST(SuricataEngine, PayloadOfAnEncryptedFlowIsNotLookedAt) {
  Feed feed(
      "alert tcp any any -> any any (content:\"x\"; sid:1;)\n"
      "alert tcp any any -> any 80 (content:\"x\"; depth:2; sid:2;)\n"
      "alert tcp any any -> any any (dsize:1; sid:3;)\n");
  EXPECT_THAT(feed.packet("x"), ElementsAre(1, 2, 3));
  feed.opaque = true;
  EXPECT_THAT(feed.packet("x"), ElementsAre(3));
}

TEST(SuricataEngine, StartsAndEndsWith) {
  EXPECT_TRUE(matches("content:\"GET\"; startswith;", "GET /"));
  EXPECT_FALSE(matches("content:\"GET\"; startswith;", " GET /"));
  EXPECT_TRUE(matches("content:\"exe\"; endswith;", "exe.exe"));
  EXPECT_FALSE(matches("content:\"exe\"; endswith;", "a.exe?"));
}

TEST(SuricataEngine, PcreMatchesRelativelyAndNegated) {
  EXPECT_TRUE(matches("content:\"id=\"; pcre:\"/^[0-9]{3}/R\";", "id=x id=123"));
  EXPECT_FALSE(matches("content:\"id=\"; pcre:\"/^[0-9]{3}/R\";", "123id=x"));
  EXPECT_TRUE(matches("content:\"a\"; pcre:!\"/b/i\";", "a c"));
  EXPECT_FALSE(matches("content:\"a\"; pcre:!\"/b/i\";", "a B"));
}

TEST(SuricataEngine, NumbersInThePayload) {
  std::string bytes("\x00\x05hello rest", 12);
  EXPECT_TRUE(matches("content:\"hello\"; byte_test:2,=,5,0;", bytes));
  EXPECT_FALSE(matches("content:\"hello\"; byte_test:2,>,5,0;", bytes));
  EXPECT_TRUE(matches("content:\"hello\"; byte_test:2,=,1280,0,little;", bytes));
  EXPECT_TRUE(matches("byte_jump:2,0; content:\" rest\"; distance:0; within:5;", bytes));
  EXPECT_TRUE(matches("byte_extract:2,0,n; content:\"hello\"; distance:0; within:n;", bytes));
  EXPECT_FALSE(matches("byte_extract:1,0,n; content:\"hello\"; distance:0; within:n;", bytes));
  EXPECT_TRUE(
      matches("byte_math:bytes 2, offset 0, oper *, rvalue 2, result m; byte_test:2,!=,m,0; "
              "content:\"rest\";",
              bytes));
  EXPECT_TRUE(matches("content:\"len=\"; byte_test:3,=,123,0,relative,string,dec;", "len=123"));
  EXPECT_FALSE(matches("content:\"len=\"; byte_test:3,=,123,0,relative,string,dec;", "len=12"));
}

TEST(SuricataEngine, DataAtAndSize) {
  EXPECT_TRUE(matches("content:\"end\"; isdataat:!1,relative;", "the end"));
  EXPECT_FALSE(matches("content:\"end\"; isdataat:!1,relative;", "the end."));
  EXPECT_TRUE(matches("dsize:3<>6; content:\"a\";", "aaaaa"));
  EXPECT_FALSE(matches("dsize:3<>6; content:\"a\";", "aaa"));
  EXPECT_TRUE(matches(
      "content:\"Basic \"; base64_decode:relative; base64_data; content:\"admin:\"; startswith;",
      "Basic YWRtaW46eA=="));
  EXPECT_FALSE(
      matches("content:\"Basic \"; base64_decode:relative; base64_data; content:\"root:\";",
              "Basic YWRtaW46eA=="));
}

TEST(SuricataEngine, HeaderSaysWho) {
  Feed feed(
      "alert tcp $HOME_NET any -> $EXTERNAL_NET [80,8000:8080,!8001] (content:\"x\"; sid:1;)\n"
      "alert tcp any any -> any !80 (content:\"x\"; sid:2;)\n"
      "alert udp any any -> any any (content:\"x\"; sid:3;)\n"
      "alert tcp 192.0.2.1 80 <> 10.0.0.0/8 any (content:\"x\"; sid:4;)\n");
  EXPECT_THAT(feed.packet("x"), ElementsAre(1, 4));
  EXPECT_THAT(feed.packet("x", Direction::kToClient), ElementsAre(2, 4));
  feed.flow.server.port = 8001;
  EXPECT_THAT(feed.packet("x"), ElementsAre(2));
}

TEST(SuricataEngine, StreamRulesSeeAcrossPacketsAndOnce) {
  Feed feed(
      "alert tcp any any -> any any (flow:established,to_server; content:\"attack\"; sid:1;)\n");
  EXPECT_THAT(feed.stream("xxatt"), IsEmpty());
  EXPECT_THAT(feed.stream("ackyy"), ElementsAre(1));
  EXPECT_THAT(feed.stream("more"), IsEmpty());
  feed.established = false;
  EXPECT_THAT(feed.stream("attack"), IsEmpty());
}

TEST(SuricataEngine, ARuleMayNeedBuffersOfDifferentTimes) {
  Feed feed(
      "alert http any any -> any any (http.method; content:\"POST\"; http.user_agent; "
      "content:\"bot\"; sid:1;)\n"
      "alert http any any -> any any (http.method; content:\"GET\"; http.user_agent; "
      "content:\"bot\"; sid:2;)\n");
  FakeTransaction& tx = feed.transaction(AppProtocol::kHttp)
                            .put("http.method", "POST")
                            .put("http.user_agent", "a bot");
  tx.set_progress(Direction::kToServer, 1);
  EXPECT_THAT(feed.look(), IsEmpty());
  tx.set_progress(Direction::kToServer, 2);
  EXPECT_THAT(feed.look(), ElementsAre(1));
  tx.done();
  EXPECT_THAT(feed.look(), IsEmpty());
  EXPECT_TRUE(tx.inspected[0]);
}

TEST(SuricataEngine, SuffixOfANameIsNotASubstring) {
  const char* rules =
      "alert dns any any -> any any (dns.query; content:\"evil.test\"; nocase; endswith; sid:1;)\n"
      "alert dns any any -> any any (dns.query; dotprefix; content:\".evil.test\"; endswith; "
      "sid:2;)\n";
  Feed feed(rules);
  feed.transaction(AppProtocol::kDns).put("dns.query", "www.EVIL.test").done();
  EXPECT_THAT(feed.look(), ElementsAre(1));
  feed.transaction(AppProtocol::kDns).put("dns.query", "evil.test.example").done();
  EXPECT_THAT(feed.look(), IsEmpty());
  feed.transaction(AppProtocol::kDns).put("dns.query", "evil.test").done();
  EXPECT_THAT(feed.look(), ElementsAre(1, 2));
}

TEST(SuricataEngine, BodiesAreSearchedAsTheyGrow) {
  Feed feed(
      "alert http any any -> any any (http.request_body; content:\"first\"; content:\"second\"; "
      "distance:0; sid:1;)\n");
  FakeTransaction& tx = feed.transaction(AppProtocol::kHttp)
                            .put("http.request_body", "first" + std::string(20'000, 'x'));
  tx.set_progress(Direction::kToServer, 3);
  EXPECT_THAT(feed.look(), IsEmpty());
  tx.buffers.begin()->second[0] += std::string(20'000, 'y') + "second";
  EXPECT_THAT(feed.look(), ElementsAre(1));
  tx.buffers.begin()->second[0] += "first second";
  tx.done();
  EXPECT_THAT(feed.look(), IsEmpty());
}

TEST(SuricataEngine, FlowbitsSetByOneRuleOpenAnother) {
  Feed feed(
      "alert tcp any any -> any any (flow:established; content:\"open\"; flowbits:set,door; "
      "flowbits:noalert; sid:1;)\n"
      "alert tcp any any -> any any (flow:established; content:\"enter\"; flowbits:isset,door; "
      "sid:2;)\n");
  EXPECT_THAT(feed.packet("enter"), IsEmpty());
  EXPECT_THAT(feed.packet("open and enter"),
              ElementsAre(2));  // the setter comes first within a packet
  EXPECT_THAT(feed.packet("enter"), ElementsAre(2));
}

TEST(SuricataEngine, PassSilencesAndDropBlocksOnlyInline) {
  Feed feed(
      "pass tcp any any -> any any (content:\"good\"; sid:1;)\n"
      "drop tcp any any -> any any (content:\"bad\"; sid:2;)\n");
  EXPECT_THAT(feed.packet("good bad"), IsEmpty());
  EXPECT_THAT(feed.packet("bad"), ElementsAre(2));
  EXPECT_EQ(feed.verdict, inspect::Verdict::kAccept);
  EXPECT_FALSE(feed.matches[0].blocked);
  feed.ips = true;
  EXPECT_THAT(feed.packet("bad"), ElementsAre(2));
  EXPECT_EQ(feed.verdict, inspect::Verdict::kDrop);
  EXPECT_TRUE(feed.matches[0].blocked);
}

TEST(SuricataEngine, ThresholdsLimitAlerts) {
  Feed feed(
      "alert tcp any any -> any any (content:\"a\"; threshold:type limit, track by_src, count 2, "
      "seconds 60; sid:1;)\n"
      "alert tcp any any -> any any (content:\"b\"; threshold:type threshold, track by_src, count "
      "2, seconds 60; sid:2;)\n"
      "alert tcp any any -> any any (content:\"c\"; threshold:type both, track by_src, count 2, "
      "seconds 60; sid:3;)\n"
      "alert tcp any any -> any any (content:\"d\"; detection_filter:track by_src, count 2, "
      "seconds 60; sid:4;)\n");
  EXPECT_THAT(feed.packet("abcd"), ElementsAre(1));
  EXPECT_THAT(feed.packet("abcd"), ElementsAre(1, 2, 3));
  EXPECT_THAT(feed.packet("abcd"), ElementsAre(4));
  EXPECT_THAT(feed.packet("abcd"), ElementsAre(2, 4));
  feed.time_ns += 61'000'000'000;
  EXPECT_THAT(feed.packet("abcd"), ElementsAre(1));
}

TEST(SuricataEngine, TellsNoMoreMatchesOfAPacketThanItMay) {
  std::string rules;
  for (int i = 1; i <= 20; ++i)
    rules += "alert tcp any any -> any any (content:\"a\"; sid:" + std::to_string(i) + ";)\n";
  Feed feed(rules);
  uint64_t before = Counter::value_of("suricata.matches_max");
  EXPECT_EQ(feed.packet("a").size(), 15u);
  EXPECT_EQ(Counter::value_of("suricata.matches_max") - before, 5u);
}

TEST(SuricataEngine, GivesUpARuleThatTriesTooMuch) {
  std::string options;
  for (int i = 0; i < 8; ++i) options += "content:\"a\"; distance:0; within:300; ";
  Feed feed("alert tcp any any -> any any (" + options +
            "content:\"b\"; distance:0; content:\"z\"; distance:0; sid:1;)");
  uint64_t before = Counter::value_of("suricata.steps_max");
  EXPECT_THAT(feed.packet("z" + std::string(400, 'a') + "b"), IsEmpty());
  EXPECT_GT(Counter::value_of("suricata.steps_max"), before);
}

TEST(SuricataEngine, EvidenceNamesBufferAndPlace) {
  Feed feed("alert http any any -> any any (http.uri; content:\"/cmd\"; sid:1;)");
  feed.transaction(AppProtocol::kHttp).put("http.uri", "/a/cmd.exe").done();
  ASSERT_THAT(feed.look(), ElementsAre(1));
  EXPECT_EQ(feed.matches[0].buffer, "http.uri");
  EXPECT_EQ(feed.matches[0].buffer_offset, 2u);
  EXPECT_EQ(as_text(feed.matches[0].excerpt), "/cmd");
  EXPECT_EQ(feed.matches[0].tx_id, 0u);
}

TEST(SuricataEngine, AbsentBuffers) {
  Feed feed(
      "alert http any any -> any any (http.method; content:\"GET\"; http.referer; absent; sid:1;)\n"
      "alert http any any -> any any (http.referer; absent:or_else; content:!\"good\"; sid:2;)\n");
  feed.transaction(AppProtocol::kHttp).put("http.method", "GET").done();
  EXPECT_THAT(feed.look(), ElementsAre(1, 2));
  feed.transaction(AppProtocol::kHttp).put("http.method", "GET").put("http.referer", "good").done();
  EXPECT_THAT(feed.look(), IsEmpty());
}

TEST(SuricataEngine, XbitsLastBeyondTheFlowAndEnd) {
  Feed feed(
      "alert tcp any any -> any any (content:\"mark\"; xbits:set,m,track ip_src,expire 10; "
      "noalert; sid:1;)\n"
      "alert tcp any any -> any any (content:\"ask\"; xbits:isset,m,track ip_src; sid:2;)\n");
  EXPECT_THAT(feed.packet("ask"), IsEmpty());
  feed.packet("mark");
  feed.flow.memo.reset();
  EXPECT_THAT(feed.packet("ask"), ElementsAre(2));
  feed.time_ns += 11'000'000'000;
  EXPECT_THAT(feed.packet("ask"), IsEmpty());
}

TEST(SuricataEngine, ThresholdFileSuppresses) {
  std::string path = testing::TempDir() + "picket_threshold.config";
  std::FILE* file = std::fopen(path.c_str(), "w");
  ASSERT_NE(file, nullptr);
  std::fputs("suppress gen_id 1, sig_id 1, track by_src, ip 10.0.0.0/8\n", file);
  std::fclose(file);
  Feed feed(
      "alert tcp any any -> any any (content:\"a\"; sid:1;)\nalert tcp any any -> any any "
      "(content:\"a\"; sid:2;)\n",
      {"threshold-file=" + path});
  EXPECT_THAT(feed.packet("a"), ElementsAre(2));
  EXPECT_THAT(feed.packet("a", Direction::kToClient), ElementsAre(1, 2));
}

TEST(SuricataEngine, AlertsShowVariablesAsAllRulesOfThePacketLeftThem) {
  Feed feed(
      "alert tcp any any -> any any (content:\"a\"; flowbits:set,early; priority:1; sid:1;)\n"
      "alert tcp any any -> any any (content:\"a\"; flowbits:set,late; priority:2; sid:2;)\n");
  ASSERT_EQ(feed.packet("a").size(), 2u);
  for (const inspect::RuleMatch& match : feed.matches)
    EXPECT_EQ(match.metadata_json, "\"flowbits\":[\"early\",\"late\"]");
}

TEST(SuricataEngine, ARuleOnAddressesLooksOnceInEachDirectionAlsoWithPorts) {
  Feed feed("alert tcp any any <> any 80 (sid:1;)");
  EXPECT_THAT(feed.packet("a"), ElementsAre(1));
  EXPECT_THAT(feed.packet("b"), IsEmpty());
  EXPECT_THAT(feed.packet("c", Direction::kToClient), ElementsAre(1));
  EXPECT_THAT(feed.packet("d", Direction::kToClient), IsEmpty());
}

TEST(SuricataEngine, ASizeOtherThanSomethingIsThatOfSomePayload) {
  EXPECT_FALSE(matches("dsize:!9;", ""));
  EXPECT_TRUE(matches("dsize:!9;", "ten bytes!"));
  EXPECT_FALSE(matches("dsize:!9;", "nine byte"));
  EXPECT_TRUE(matches("dsize:<2;", ""));
  EXPECT_TRUE(matches("dsize:0;", ""));
}

TEST(SuricataEngine, JumpsByVariablesAndNotBeforeTheBegin) {
  const std::string bytes("\x00rest", 5);
  EXPECT_TRUE(matches("byte_extract:1,0,n; byte_jump:n,1; content:\"rest\"; distance:0;", bytes));
  EXPECT_TRUE(
      matches("content:\"st\"; byte_jump:0,0,relative,post_offset -9; content:\"re\"; "
              "distance:1; within:2;",
              bytes));
  EXPECT_FALSE(matches("content:\"re\"; byte_jump:0,9,relative;", bytes));
}

TEST(SuricataEngine, WhatIsRelativeFollowsAContentThatWasMoved) {
  Feed feed(
      "alert tcp any any -> any any (uricontent:\"this\"; isdataat:!3,relative; sid:1;)\n"
      "alert tcp any any -> any any (uricontent:\"this\"; isdataat:!2,relative; sid:2;)\n"
      "alert tcp any any -> any any (uricontent:\"n=\"; byte_test:1,>,4,0,relative,string,dec; "
      "sid:3;)\n");
  ASSERT_THAT(feed.report.errors, IsEmpty());
  feed.transaction(AppProtocol::kHttp).put("http.uri", "/n=7_this_a").done();
  EXPECT_THAT(feed.look(), ElementsAre(1, 3));
}

}  // namespace
}  // namespace picket::detect::suricata
