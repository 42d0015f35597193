// SPDX-License-Identifier: Apache-2.0
#include "inspect/stream/packet_worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "inspect/stream/wire_for_tests.h"

namespace picket::inspect::stream {
namespace {

using namespace for_tests;
using testing::ElementsAre;

TEST(PacketWorker, ParsesWhatIsAcknowledgedInOrder) {
  Wire wire;
  wire.handshake();
  wire.client(kAck, 11, 1, "LINE two\n");  // out of order
  wire.client(kAck, 1, 1, "LINE  one\n");
  EXPECT_TRUE(wire.seen.lines.empty());  // nobody acknowledged yet
  wire.server(kAck, 1, 20, "LINE answer\n");
  EXPECT_THAT(wire.seen.lines, ElementsAre("> LINE  one", "> LINE two"));
  wire.client(kAck, 20, 13);
  EXPECT_EQ(wire.seen.lines.back(), "< LINE answer");
  wire.worker.finish();
  EXPECT_THAT(wire.seen.flows, ElementsAre("10.0.0.1:1000 10.0.0.2:80 irc 5/2"));
  EXPECT_THAT(wire.seen.established, ElementsAre(false, false, false, true, true, true, true));
}

TEST(PacketWorker, InlineModeParsesWhatPasses) {
  StreamOptions options;
  options.inline_mode = true;
  Wire wire(options);
  wire.handshake();
  wire.client(kAck, 1, 1, "LINE one\n");
  EXPECT_THAT(wire.seen.lines, ElementsAre("> LINE one"));
}

TEST(PacketWorker, InlineModeKeepsTheBytesThatPassedFirst) {
  StreamOptions options;
  options.inline_mode = true;
  options.policies.emplace_back(*Prefix::parse("0.0.0.0/0"), OverlapPolicy::kLast);
  Wire wire(options);
  wire.handshake();
  wire.client(kAck, 1, 1, "LINE go");
  wire.client(kAck, 1, 1, "LINE no way\n");
  EXPECT_THAT(wire.seen.lines, ElementsAre("> LINE go way"));
  EXPECT_TRUE(wire.saw(PacketEvent::k_stream_reassembly_overlap_different_data));
}

TEST(PacketWorker, ADamagedPacketIsOfItsSessionButNotInItsStream) {
  Wire wire;
  wire.damaged = true;
  wire.client(kAck, 1, 1, "LINE zero\n");
  wire.damaged = false;
  wire.handshake();
  wire.damaged = true;
  wire.client(kAck, 1, 1, "LINE two\n");
  EXPECT_THAT(wire.seen.established, ElementsAre(false, false, false, false, true));
  wire.damaged = false;
  wire.client(kAck, 1, 1, "LINE one\n");
  wire.server(kAck, 1, 10);
  EXPECT_THAT(wire.seen.lines, ElementsAre("> LINE one"));
}

TEST(PacketWorker, TellsOfAGapAndGoesOn) {
  Wire wire;
  wire.handshake();
  wire.client(kAck, 1, 1, "LINE one\n");
  wire.client(kAck, 30, 1, "LINE later\n");  // 20 bytes never come
  wire.server(kAck, 1, 41);
  EXPECT_THAT(wire.seen.lines, ElementsAre("> LINE one", "> gap 20", "> LINE later"));
  EXPECT_TRUE(wire.saw(PacketEvent::k_stream_reassembly_seq_gap));
}

TEST(PacketWorker, WhatNobodyAcknowledgedIsParsedAtTheEnd) {
  Wire wire;
  wire.handshake();
  wire.client(kAck, 1, 1, "LINE last words\n");
  EXPECT_TRUE(wire.seen.lines.empty());
  wire.worker.finish();
  EXPECT_THAT(wire.seen.lines, ElementsAre("> LINE last words"));
  EXPECT_THAT(wire.seen.ends, ElementsAre(PacketFlow::End::kShutdown));
}

TEST(PacketWorker, RefusesWhatIsOutOfWindow) {
  Wire wire;
  wire.handshake();
  wire.client(kAck, 1 + 200'000, 1, "LINE far away\n");
  EXPECT_TRUE(wire.saw(PacketEvent::k_stream_est_packet_out_of_window));
  wire.client(kAck, 1, 1, "LINE here\n");
  wire.server(kAck, 1, 11);
  EXPECT_THAT(wire.seen.lines, ElementsAre("> LINE here"));
}

TEST(PacketWorker, ARstOutOfPlaceClosesNothing) {
  Wire wire;
  wire.handshake();
  wire.server(kRst, 40'000, 1);
  wire.client(kAck, 1, 1, "LINE still here\n");
  wire.server(kAck, 1, 17);
  EXPECT_THAT(wire.seen.lines, ElementsAre("> LINE still here"));
}

TEST(PacketWorker, SuspectsARstWhoseSenderGoesOn) {
  Wire wire;
  wire.handshake();
  wire.server(kRst, 1, 1);
  wire.server(kAck, 1, 1, "LINE not me\n");
  EXPECT_TRUE(wire.saw(PacketEvent::k_stream_suspected_rst_inject));
  wire.client(kAck, 1, 13);
  EXPECT_THAT(wire.seen.lines, ElementsAre("< LINE not me"));
}

TEST(PacketWorker, PicksUpInTheMiddleOnlyWhenAsked) {
  for (const bool midstream : {false, true}) {
    StreamOptions options;
    options.midstream = midstream;
    Wire wire(options);
    wire.client(kAck, 500, 900, "LINE middle\n");
    wire.server(kAck, 900, 512);
    wire.worker.finish();
    EXPECT_EQ(wire.seen.lines.size(), midstream ? 1u : 0u);
  }
}

TEST(PacketWorker, ASynAckThatComesFirstTellsWhoTheServerIs) {
  StreamOptions options;
  options.midstream = true;
  Wire wire(options);
  wire.server(kSyn | kAck, 0, 1);
  wire.client(kAck, 1, 1, "LINE hello\n");
  wire.server(kAck, 1, 12);
  wire.worker.finish();
  EXPECT_THAT(wire.seen.lines, ElementsAre("> LINE hello"));
  EXPECT_THAT(wire.seen.flows, ElementsAre("10.0.0.1:1000 10.0.0.2:80 irc 1/2"));
}

TEST(PacketWorker, FollowsAServerAloneWhenAsked) {
  StreamOptions options;
  options.midstream = options.async_oneside = true;
  Wire wire(options);
  wire.server(kSyn | kAck, 0, 1);
  wire.server(kAck, 1, 40, "LINE alone\n");
  wire.worker.finish();
  EXPECT_THAT(wire.seen.lines, ElementsAre("< LINE alone"));
  EXPECT_THAT(wire.seen.flows, ElementsAre("10.0.0.1:1000 10.0.0.2:80 irc 0/2"));
}

TEST(PacketWorker, FollowsOneSideAloneWhenAsked) {
  StreamOptions options;
  options.async_oneside = true;
  Wire wire(options);
  wire.client(kSyn, 0, 0);
  wire.client(kAck, 1, 1);
  wire.client(kAck, 1, 1, "LINE alone\n");
  EXPECT_THAT(wire.seen.lines, ElementsAre("> LINE alone"));
}

TEST(PacketWorker, AProtocolThatStartsBackwardsSwapsTheSides) {
  StreamOptions options;
  options.midstream = true;
  Wire wire(options);
  wire.client(kAck, 1, 1, "back\n");
  wire.server(kAck, 1, 6);
  wire.worker.finish();
  ASSERT_EQ(wire.seen.flows.size(), 1u);
  EXPECT_TRUE(wire.seen.flows[0].starts_with("10.0.0.2:80 10.0.0.1:1000"));
}

TEST(PacketWorker, ChangesTheProtocolForTheNextBytes) {
  Wire wire;
  wire.handshake();
  wire.client(kAck, 1, 1, "LINE change\n");
  wire.server(kAck, 1, 13);
  wire.client(kAck, 13, 1, "LINE anew\n");
  wire.server(kAck, 1, 23);
  wire.worker.finish();
  EXPECT_THAT(wire.seen.lines, ElementsAre("> LINE change", "> LINE anew"));
}

TEST(PacketWorker, ANewConnectionOnOldPortsIsANewFlow) {
  Wire wire;
  wire.handshake();
  wire.client(kAck | kFin, 1, 1);
  wire.server(kAck | kFin, 1, 2);
  wire.client(kAck, 2, 2);
  wire.client_isn += 100'000;
  wire.client(kSyn, 0, 0);
  wire.worker.finish();
  EXPECT_EQ(wire.seen.flows.size(), 2u);
  EXPECT_EQ(wire.seen.ends[0], PacketFlow::End::kTcpReuse);
}

TEST(PacketWorker, FlowsEndWhenTheirTimeIsUp) {
  Wire wire;
  wire.frame(ipv4(kClient, kServer, 17, udp(9, 10, packet::for_tests::text("LINE x\n"))));
  wire.now_ns += 31 * static_cast<int64_t>(kNsPerSecond);
  wire.frame(ipv4(kClient, kServer, 17, udp(11, 12, packet::for_tests::text("y"))));
  EXPECT_THAT(wire.seen.ends, ElementsAre(PacketFlow::End::kTimeout));
  EXPECT_THAT(wire.seen.lines, ElementsAre("> LINE x"));
}

TEST(PacketWorker, AFullTableForgetsAFlowForANewOne) {
  Wire wire({}, nullptr, 10);
  for (uint16_t port = 1; port <= 30; ++port)
    wire.frame(ipv4(kClient, kServer, 17, udp(port, 53, packet::for_tests::text("zzzz"))));
  EXPECT_EQ(wire.worker.flows(), 10u);
  EXPECT_EQ(wire.seen.flows.size(), 20u);
}

TEST(PacketWorker, AQuietFlowTakesLittleMemory) {
  constexpr size_t kIdleFlowBytesMax = 1024;
  PacketFlowTable table({}, [](PacketFlow&) {});
  for (uint16_t port = 1; port <= 20'000; ++port) {
    FlowKey key;
    key.low_port = port;
    table.add(key, key.hash(), WallTime{1});
  }
  EXPECT_LE(table.bytes_reserved() / table.size() + sizeof(TcpSession), kIdleFlowBytesMax);
}

TEST(PacketWorker, StopsAtTheDepth) {
  StreamOptions options;
  options.depth = 12;
  Wire wire(options);
  wire.handshake();
  wire.client(kAck, 1, 1, "LINE within\nLINE beyond\n");
  wire.server(kAck, 1, 25);
  wire.worker.finish();
  EXPECT_THAT(wire.seen.lines, ElementsAre("> LINE within"));
  EXPECT_TRUE(wire.saw(PacketEvent::k_stream_reassembly_depth_reached));
}

TEST(PacketWorker, AnIcmpErrorBelongsToTheFlowItQuotes) {
  Wire wire;
  const Frame question = ipv4(kClient, kServer, 17, udp(4000, 53, packet::for_tests::text("zzzz")));
  wire.frame(question);
  wire.frame(ipv4(kServer, kClient, 1, join(bytes({3, 3, 0, 0, 0, 0, 0, 0}), question)));
  wire.worker.finish();
  EXPECT_THAT(wire.seen.flows, ElementsAre("10.0.0.1:4000 10.0.0.2:53 failed 1/1"));
}

// What an inspector is shown of the stream, byte for byte, whatever the segments.
struct StreamReader final : Inspector {
  Verdict on_packet(PacketContext& context) override {
    opaque += context.opaque ? 'x' : '.';
    if (!context.stream || !context.stream->ready() || context.direction != Direction::kToServer)
      return Verdict::kAccept;
    const Bytes window = context.stream->window();
    const uint64_t skip = context.stream->fresh_from() - context.stream->window_offset();
    shown += as_text(window.subspan(static_cast<size_t>(skip)));
    context.stream->inspected(context.stream->window_offset() + window.size());
    return Verdict::kAccept;
  }
  std::string shown, opaque;
};

TEST(PacketWorker, ShowsNothingOfAStreamThatIsEncrypted) {
  StreamReader reader;
  Wire wire({}, &reader);
  wire.handshake();
  const std::string_view open = "LINE open\n", secret = "LINE secret\n";
  wire.client(kAck, 1, 1, open);
  wire.client(kAck, 11, 1, secret);
  wire.server(kAck, 1, 23);                       // now it is known
  wire.client(kAck, 23, 1, "LINE like noise\n");  // what came before is still shown
  wire.server(kAck, 1, 39);
  wire.client(kAck, 39, 1, "LINE like noise\n");
  wire.server(kAck, 1, 55);
  wire.client(kAck, 55, 1);
  wire.worker.finish();
  EXPECT_EQ(reader.shown, std::string(open) + std::string(secret));
  EXPECT_EQ(reader.opaque, "......xxxxx" + std::string(reader.opaque.size() - 11, 'x'));
}

TEST(PacketWorker, ShowsEachByteOfTheStreamOnce) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    StreamReader reader;
    Wire wire({}, &reader);
    wire.handshake();
    std::string sent;
    for (int i = 0; i < 3000; ++i) sent += static_cast<char>('a' + random() % 26);
    std::vector<std::pair<uint32_t, uint32_t>> segments;
    for (uint32_t at = 0; at < sent.size();) {
      const uint32_t size = 1 + static_cast<uint32_t>(random() % 400);
      segments.emplace_back(at, std::min<uint32_t>(size, static_cast<uint32_t>(sent.size()) - at));
      at += size;
    }
    for (size_t i = 0; i + 1 < segments.size(); ++i)
      if (random() % 3 == 0) std::swap(segments[i], segments[i + 1]);
    uint32_t reached = 0;
    for (const auto& [at, size] : segments) {
      wire.client(kAck, 1 + at, 1, std::string_view(sent).substr(at, size));
      if (random() % 4 == 0) wire.client(kAck, 1 + at, 1, std::string_view(sent).substr(at, size));
      while (true) {  // the receiver acknowledges what is in order
        const auto next = std::find_if(segments.begin(), segments.end(),
                                       [&](const auto& s) { return s.first == reached; });
        if (next == segments.end() ||
            next > std::find(segments.begin(), segments.end(), std::pair{at, size}))
          break;
        reached += next->second;
      }
      wire.server(kAck, 1, 1 + reached);
    }
    wire.worker.finish();
    EXPECT_TRUE(reader.shown == sent) << "round " << round << ": " << reader.shown.size();
  }
}

}  // namespace
}  // namespace picket::inspect::stream
