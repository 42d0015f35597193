// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/pack.h"

#include <gtest/gtest.h>

#include "app/analyze/lane.h"

namespace picket::app::analyze {
namespace {

template <typename T>
std::string packed(const T& value) {
  std::string bytes;
  Packer packer(bytes);
  packer(value);
  return bytes;
}

// What comes back packs to the same bytes, and the reader used all of them.
template <typename T>
T back(const std::string& bytes) {
  T value;
  Unpacker unpacker(bytes);
  unpacker(value);
  EXPECT_FALSE(unpacker.failed());
  EXPECT_EQ(packed(value), bytes);
  return value;
}

event::Activity activity_of(event::What what) {
  event::Activity activity;
  activity.time = WallTime{-5};
  activity.host = "WS1";
  activity.platform = event::Platform::kWindows;
  activity.actor.pid = 4'000'000'000u;
  activity.actor.signature_valid = false;
  activity.actor.session = -1;
  activity.actor.started = WallTime{1'767'323'045'678'901'000};
  activity.what = std::move(what);
  activity.place = {"a.evtx", uint64_t{1} << 40, "Sysmon 3"};
  return activity;
}

TEST(Pack, EveryKindOfActivityComesBack) {
  event::ConnectionMade made;
  made.outbound = true;
  made.local = {*IpAddress::parse("10.0.0.5"), 50000};
  made.remote = {*IpAddress::parse("2001:db8::1"), 443};
  made.duration_s = -0.5;
  made.bytes_out = 0;
  made.blocked = false;
  event::DnsLookup lookup;
  lookup.answers = {"a", "", "ccc"};
  lookup.addresses = {*IpAddress::parse("192.0.2.1"), *IpAddress::parse("::1")};
  event::ThreadInjected injected;
  injected.target.path = "C:\\x.exe";
  for (const event::What& what :
       {event::What(event::ProcessStarted{"/bin/sh", true}), event::What(event::ProcessEnded{}),
        event::What(made), event::What(event::ListenerOpened{}), event::What(lookup),
        event::What(event::HttpExchange{}), event::What(event::TlsSession{}),
        event::What(event::FileCarried{}), event::What(event::FileWritten{"p", true, std::nullopt}),
        event::What(event::RemovableFileSeen{}), event::What(event::ShareConnected{}),
        event::What(event::LoggedOn{}), event::What(injected), event::What(event::PipeMade{"n"}),
        event::What(event::ModuleLoaded{}), event::What(event::FileMarked{"p", "u", "a", "b", "c"}),
        event::What(event::FileDeleted{"p"}), event::What(event::MemoryOpened{injected.target}),
        event::What(event::ServiceInstalled{"n", "c"})}) {
    const auto activity = back<event::Activity>(packed(activity_of(what)));
    EXPECT_EQ(activity.what.index(), what.index());
    EXPECT_EQ(activity.time.ns, -5);
    EXPECT_EQ(activity.actor.session, -1);
    EXPECT_EQ(activity.place.offset, uint64_t{1} << 40);
  }
  const auto again = back<event::Activity>(packed(activity_of(made)));
  const auto& connection = std::get<event::ConnectionMade>(again.what);
  EXPECT_EQ(connection.remote, made.remote);
  EXPECT_EQ(connection.duration_s, -0.5);
  EXPECT_EQ(connection.bytes_out, uint64_t{0});
  EXPECT_EQ(connection.bytes_in, std::nullopt);
}

TEST(Pack, AnAlertComesBackWhole) {
  event::Alert alert;
  alert.rule_name = std::string("with \0 in it", 12);
  alert.severity = event::Severity::kCritical;
  alert.add_fact("a", "b");
  alert.attack = {{"TA0011", ""}};
  alert.known_good = {{"signed", event::Severity::kHigh}};
  alert.signature.emplace().sid = 2'000'000'000;
  alert.connection.emplace().remote_name = "x";
  alert.traffic_outbound = false;
  alert.count = UINT64_MAX;
  const auto again = back<event::Alert>(packed(alert));
  EXPECT_EQ(again.rule_name, alert.rule_name);
  EXPECT_EQ(again.signature->sid, 2'000'000'000u);
  EXPECT_EQ(again.count, UINT64_MAX);
  EXPECT_EQ(again.evidence.size(), 1u);
}

TEST(Pack, AnEmptyActivityIsShort) { EXPECT_LT(packed(event::Activity{}).size(), 64u); }

TEST(Pack, BytesCutShortFailAndEnd) {
  event::DnsLookup lookup;
  lookup.answers = {"x", "y"};
  const std::string whole = packed(activity_of(lookup));
  for (size_t size = 0; size < whole.size(); ++size) {
    const std::string cut = whole.substr(0, size);
    event::Activity activity;
    Unpacker unpacker(cut);
    unpacker(activity);
    EXPECT_TRUE(unpacker.failed()) << size;
  }
}

TEST(Pack, AMatchedRecordComesBackThroughALane) {
  event::LogRecord record;
  record.origin = {"windows", "Security", "P", 4624, "c"};
  record.time = WallTime{77};
  record.computer = "WS1";
  record.add("A", "1", event::LogField::Type::kNumber);
  record.add("A", "");
  Lane lane;
  LaneWriter writer(lane, false);
  writer.matched(record, std::vector<uint32_t>{3, 900});
  writer.eve("nobody wants this\n");
  writer.flush();
  lane.close({});
  const auto batch = lane.pop();
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->items.size(), 1u);
  EXPECT_EQ(batch->items[0].time.ns, 77);
  event::LogRecord again;
  std::vector<uint32_t> rules;
  unpack_matched(batch->of(batch->items[0]), again, rules);
  EXPECT_EQ(rules, (std::vector<uint32_t>{3, 900}));
  EXPECT_EQ(again.origin.channel, "Security");
  EXPECT_EQ(again.origin.event_id, 4624u);
  ASSERT_EQ(again.fields().size(), 2u);
  EXPECT_EQ(again.fields()[0].value, "1");
  EXPECT_EQ(again.fields()[0].type, event::LogField::Type::kNumber);
  EXPECT_FALSE(lane.pop());
}

}  // namespace
}  // namespace picket::app::analyze
