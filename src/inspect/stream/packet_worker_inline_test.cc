// SPDX-License-Identifier: Apache-2.0
// What becomes of packets where they can be stopped, and of flows whose start was not seen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inspect/stream/packet_worker.h"
#include "inspect/stream/wire_for_tests.h"

namespace picket::inspect::stream {
namespace {

using namespace for_tests;
using testing::ElementsAre;
using testing::IsEmpty;

// Accepts everything; remembers what it was shown, and what was recorded of it.
struct Watcher final : Inspector {
  Verdict on_packet(PacketContext& context) override {
    payloads.emplace_back(as_text(context.packet.payload));
    if (context.stream && context.stream->ready()) {
      const StreamBytes& stream = *context.stream;
      const auto skip = static_cast<size_t>(stream.fresh_from() - stream.window_offset());
      fresh.emplace_back(as_text(stream.window().subspan(skip)));
      windows.emplace_back(as_text(stream.window()));
      shown = stream.shown(100);
      context.stream->inspected(stream.window_offset() + stream.window().size());
    }
    return Verdict::kAccept;
  }
  std::vector<std::string> payloads, fresh, windows;
  std::string shown;
};

struct Drops final : RecordSink {
  void on_packet(const PacketContext& context, Verdict verdict) override {
    if (stops(verdict)) reasons.push_back(context.drop_reason);
  }
  void on_transaction(const PacketFlow&, Transaction&, const Packet&) override { ++transactions; }
  void on_file(const PacketFlow&, const Transaction&, Direction, FileBody&,
               const Packet&) override {}
  void on_flow(const PacketFlow& flow, WallTime) override {
    states.push_back(flow.state);
    policies.push_back(flow.midstream_policy);
  }
  std::vector<DropReason> reasons;
  std::vector<PacketFlow::State> states;
  std::vector<ExceptionPolicy> policies;
  int transactions = 0;
};

// As Wire, but where packets can be stopped, with settings as the user writes them.
struct InlineWire : Wire {
  explicit InlineWire(std::vector<std::string> assignments = {}, bool ips = true) {
    Settings given;
    for (const std::string& assignment : assignments) given.set(assignment);
    inline_options = StreamOptions::from(given, ips).value();
    inline_worker.emplace(PacketWorker::Parts{.settings = settings,
                                              .app_settings = default_app_settings(),
                                              .options = inline_options,
                                              .sink = drops,
                                              .inspector = &watcher,
                                              .protocols = kLines,
                                              .ips = ips,
                                              .timeouts = {}});
    into = &*inline_worker;
  }
  StreamOptions inline_options;
  Watcher watcher;
  Drops drops;
  std::optional<PacketWorker> inline_worker;
};

TEST(PacketWorkerInline, AFlowWhoseStartWasNotSeenIsDropped) {
  InlineWire wire;
  wire.client(kAck, 500, 900, "LINE middle\n");
  wire.server(kAck, 900, 512);
  EXPECT_THAT(wire.drops.reasons, ElementsAre(DropReason::kMidstream, DropReason::kExceptionFlow));
  wire.inline_worker->finish();
  EXPECT_EQ(wire.drops.transactions, 0);
  EXPECT_THAT(wire.drops.policies, ElementsAre(ExceptionPolicy::kDropFlow));
}

TEST(PacketWorkerInline, UnlessItIsFollowedOrThePolicySaysOtherwise) {
  for (const char* setting : {"stream.midstream=true", "stream.midstream-policy=ignore",
                              "exception-policy=pass-flow", "stream.midstream-policy=bypass"}) {
    InlineWire wire({setting});
    wire.client(kAck, 500, 900, "LINE middle\n");
    wire.server(kAck, 900, 512);
    EXPECT_THAT(wire.drops.reasons, IsEmpty()) << setting;
  }
}

TEST(PacketWorkerInline, ABypassedFlowIsShownToNobody) {
  InlineWire wire({"stream.midstream-policy=bypass"});
  wire.client(kAck, 500, 900, "LINE middle\n");
  const size_t shown = wire.watcher.payloads.size();
  wire.server(kAck, 900, 512, "LINE more\n");
  EXPECT_EQ(wire.watcher.payloads.size(), shown);
  wire.inline_worker->finish();
  EXPECT_THAT(wire.drops.states, ElementsAre(PacketFlow::State::kBypassed));
}

TEST(PacketWorkerInline, ADropThatCannotBeCarriedOutIsNone) {
  InlineWire wire({"stream.midstream-policy=drop-flow"}, false);
  wire.client(kAck, 500, 900, "LINE middle\n");
  EXPECT_THAT(wire.drops.reasons, IsEmpty());
  Settings settings;
  settings.set("stream.midstream-policy=sometimes");
  EXPECT_FALSE(StreamOptions::from(settings).has_value());
}

TEST(PacketWorkerInline, WhatDoesNotFitTheSessionIsDroppedAndItsBytesLeadNowhere) {
  InlineWire wire;
  wire.handshake();
  wire.client(kAck, 1 + 200'000, 1, "LINE far away\n");
  EXPECT_THAT(wire.drops.reasons, ElementsAre(DropReason::kStreamError));
  EXPECT_EQ(wire.watcher.payloads.back(), "");
}

TEST(PacketWorkerInline, CallingEachOtherAtOnceIsNoError) {
  InlineWire wire;
  wire.client(kSyn, 0, 0);
  wire.server(kSyn, 0, 0);
  wire.client(kAck, 0, 0, "early");
  wire.client(kRst, 1, 0);
  EXPECT_THAT(wire.drops.reasons, IsEmpty());
}

TEST(PacketWorkerInline, RulesSeeBytesBehindAHoleWithTheirNeighboursAndOnce) {
  InlineWire wire;
  wire.handshake();
  wire.server(kAck, 1, 1, "Please ");
  wire.server(kAck, 12, 1, "Me ");
  wire.server(kAck, 15, 1, "In!");
  EXPECT_EQ(wire.watcher.windows.back(), "Me In!");
  EXPECT_EQ(wire.watcher.fresh.back(), "In!");
  EXPECT_EQ(wire.watcher.shown, "Please [4 bytes missing]Me In!");
  const size_t looks = wire.watcher.fresh.size();
  wire.inline_worker->finish();
  EXPECT_EQ(wire.watcher.fresh.size(), looks);
}

TEST(PacketWorker, WhatNobodyAcknowledgedBehindAHoleIsSeenByRulesAtTheEnd) {
  InlineWire wire({}, false);
  wire.handshake();
  wire.client(kAck, 1, 1, "LINE one\n");
  wire.client(kAck, 14, 1, "LINE two\n");
  wire.inline_worker->finish();
  EXPECT_THAT(wire.watcher.fresh, ElementsAre("LINE one\n", "LINE two\n"));
  EXPECT_EQ(wire.watcher.shown, "LINE one\n[4 bytes missing]LINE two\n");
  EXPECT_EQ(wire.drops.transactions, 1);  // the parser was given what could have been delivered
}

}  // namespace
}  // namespace picket::inspect::stream
