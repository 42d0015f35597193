// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/host_view.h"

#include <gtest/gtest.h>

#include "base/counter.h"
#include "detect/behavior/host_for_tests.h"

namespace picket::detect::behavior {
namespace {

event::Activity activity_of(event::Actor actor, event::What what, int64_t second = 1) {
  event::Activity activity;
  activity.time = {second * 1'000'000'000};
  activity.host = "h";
  activity.actor = std::move(actor);
  activity.what = std::move(what);
  return activity;
}

event::Actor actor_of(std::string id, uint32_t pid, std::string path) {
  event::Actor actor;
  actor.id = std::move(id);
  actor.pid = pid;
  actor.name = path.substr(path.find_last_of("/\\") + 1);
  actor.path = std::move(path);
  return actor;
}

TEST(HostView, JoinsWhatTwoLogsTellOfOneProcess) {
  HostView view;
  auto started = actor_of("{1}", 77, "C:\\Windows\\System32\\notepad.exe");
  started.command_line = "notepad a.txt";
  view.learn(activity_of(started, event::ProcessStarted{}));
  const auto other = actor_of("", 77, "\\device\\harddiskvolume2\\windows\\system32\\notepad.exe");
  const event::Actor& known = view.learn(activity_of(other, event::ConnectionMade{}));
  EXPECT_EQ(known.id, "{1}");
  EXPECT_EQ(known.command_line, "notepad a.txt");
  EXPECT_EQ(known.path, "C:\\Windows\\System32\\notepad.exe");
}

TEST(HostView, AnotherProgramWithThePidIsAnotherProcess) {
  HostView view;
  view.learn(activity_of(actor_of("{1}", 77, "C:\\a.exe"), event::ProcessStarted{}));
  EXPECT_TRUE(
      view.learn(activity_of(actor_of("", 77, "C:\\b.exe"), event::ConnectionMade{})).id.empty());
}

TEST(HostView, AddressesOfItsOwnComeFromWhatItOpensOnly) {
  HostView view;
  event::ConnectionMade made;
  made.local = endpoint_of("10.0.0.1:445");
  made.remote = endpoint_of("10.0.0.2:50000");
  made.outbound = false;
  view.learn(activity_of({}, made));
  EXPECT_FALSE(view.is_own(made.local.address));
  made.outbound = true;
  view.learn(activity_of({}, made));
  EXPECT_TRUE(view.is_own(made.local.address));
}

TEST(HostView, SharesInUseAreThoseThatPeopleUse) {
  HostView view;
  event::DnsLookup lookup;
  lookup.name = "files.corp.example";
  lookup.addresses = {*IpAddress::parse("10.0.0.3")};
  view.learn(activity_of({}, lookup));
  auto net = actor_of("{2}", 5, "C:\\Windows\\System32\\net.exe");
  net.command_line = "net use \\\\files\\c$";
  view.learn(activity_of(net, event::ProcessStarted{}));
  EXPECT_FALSE(view.has_share(*IpAddress::parse("10.0.0.3")));
  net.command_line = "net use H: \\\\FILES\\home";
  view.learn(activity_of(net, event::ProcessStarted{}));
  EXPECT_TRUE(view.has_share(*IpAddress::parse("10.0.0.3")));
  EXPECT_FALSE(view.has_share(*IpAddress::parse("10.0.0.4")));
}

TEST(HostView, ForgetsTheOldestPastItsBoundsAndCounts) {
  HostView view;
  const uint64_t processes = Counter::value_of("detect.behavior.process_evicted"),
                 files = Counter::value_of("detect.behavior.file_evicted"),
                 names = Counter::value_of("detect.behavior.name_evicted"),
                 refused = Counter::value_of("detect.behavior.address_refused");
  for (size_t i = 0; i <= HostView::kProcessesMax; ++i)
    view.learn(activity_of(actor_of("{" + std::to_string(i) + "}", 1, "C:\\a.exe"),
                           event::FileWritten{"C:\\f" + std::to_string(i), {}, {}}));
  EXPECT_EQ(view.process_count(), HostView::kProcessesMax);
  EXPECT_EQ(view.process("{0}"), nullptr);
  EXPECT_EQ(view.file("C:\\f0"), nullptr);
  EXPECT_NE(view.file("c:\\F1"), nullptr);
  for (uint32_t i = 0; i <= HostView::kNamesMax; ++i) {
    event::ConnectionMade made;
    made.outbound = true;
    made.local.address = IpAddress::v4(0x0a000000 + i);
    made.remote = {IpAddress::v4(0xc0000000 + i), 443};
    made.remote_name = "n";
    view.learn(activity_of({}, made));
  }
  EXPECT_EQ(Counter::value_of("detect.behavior.process_evicted"), processes + 1);
  EXPECT_EQ(Counter::value_of("detect.behavior.file_evicted"), files + 1);
  EXPECT_EQ(Counter::value_of("detect.behavior.name_evicted"), names + 1);
  EXPECT_EQ(Counter::value_of("detect.behavior.address_refused"),
            refused + HostView::kNamesMax + 1 - HostView::kAddressesMax);
}

TEST(BehaviorSet, ForgetsTheQuietestHost) {
  auto set = std::move(*BehaviorSet::create());
  const uint64_t before = Counter::value_of("detect.behavior.host_evicted");
  for (size_t i = 0; i <= BehaviorSet::kHostsMax; ++i) {
    event::Activity activity = activity_of({}, event::DnsLookup{}, static_cast<int64_t>(i) + 1);
    activity.host = "h" + std::to_string(i);
    set->observe(activity);
  }
  EXPECT_EQ(Counter::value_of("detect.behavior.host_evicted"), before + 1);
  EXPECT_EQ(set->host("h0"), nullptr);
  EXPECT_NE(set->host("h1"), nullptr);
}

TEST(AlertFold, FoldsByProcessAndPeerAndKeepsTheWorst) {
  AlertFold fold({});
  event::Alert alert;
  alert.rule_id = "x";
  alert.actor = actor_of("{1}", 1, "C:\\a.exe");
  alert.connection.emplace().remote = endpoint_of("192.0.2.1:80");
  alert.time = {5};
  alert.severity = event::Severity::kLow;
  fold.raise(event::Alert(alert));
  const std::string id = fold.take_new().at(0).id;
  alert.severity = event::Severity::kHigh;
  alert.time = {9};
  fold.raise(event::Alert(alert));
  alert.connection->remote = endpoint_of("192.0.2.2:80");
  fold.raise(event::Alert(alert));
  const auto all = fold.take_all();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].count, 2u);
  EXPECT_EQ(all[0].time.ns, 5);
  EXPECT_EQ(all[0].last_time.ns, 9);
  EXPECT_EQ(all[0].severity, event::Severity::kHigh);
  EXPECT_EQ(all[0].id, id);
}

TEST(AlertFold, DropsPastItsBoundAndCounts) {
  AlertFold fold({});
  const uint64_t before = Counter::value_of("detect.behavior.alert_dropped");
  event::Alert alert;
  for (size_t i = 0; i <= AlertFold::kAlertsMax; ++i) {
    alert.file = std::to_string(i);
    fold.raise(event::Alert(alert));
  }
  EXPECT_EQ(fold.take_all().size(), AlertFold::kAlertsMax);
  EXPECT_EQ(Counter::value_of("detect.behavior.alert_dropped"), before + 1);
}

TEST(AlertFold, OnALiveMachineItBeginsAnewInsteadOfDropping) {
  AlertFold fold({});
  event::Alert alert;
  size_t told = 0;
  const auto raise_and_take = [&](size_t file) {
    alert.file = std::to_string(file);
    fold.raise(event::Alert(alert));
    told += fold.take_new().size();
  };
  const uint64_t before = Counter::value_of("detect.behavior.folding_anew");
  for (size_t i = 0; i < AlertFold::kHandedOutMax; ++i) raise_and_take(i);
  EXPECT_EQ(Counter::value_of("detect.behavior.folding_anew"), before + 1);
  raise_and_take(0);
  EXPECT_EQ(told, AlertFold::kHandedOutMax + 1) << "a repeat is told anew";
  raise_and_take(0);
  EXPECT_EQ(told, AlertFold::kHandedOutMax + 1) << "and folded again";
}

TEST(BehaviorSettings, TunesDisablesAndAllows) {
  auto settings = BehaviorSettings::parse(
      "[behavior.script_host]\nconversation_count = 3\n[behavior.look_alike]\nenabled = false\n"
      "[[allow]]\nprogram = \"*\\\\NOTEPAD.exe\"\npeer = \"10.9.0.0/16\"\nreason = \"a "
      "test\"\nuntil = 2030-01-01T00:00:00Z\n",
      "s.toml");
  ASSERT_TRUE(settings) << settings.error().text();
  HostForTests host(event::Platform::kWindows, *settings);
  host.talk(host.process(7, "C:\\Windows\\System32\\notepad.exe"), "10.9.1.1:80");
  host.start(host.process(8, "C:\\Windows\\System32\\csrcs.exe"));
  bool allowed = false;
  for (const event::Alert& alert : host.finish()) {
    EXPECT_NE(alert.rule_id, "look_alike");
    if (alert.rule_id != "quiet_program") continue;
    allowed = true;
    EXPECT_EQ(alert.severity, event::Severity::kInformational);
    ASSERT_EQ(alert.known_good.size(), 1u);
    EXPECT_EQ(alert.known_good[0].what, "allow-list: a test (until 2030-01-01T00:00:00.000000Z)");
  }
  EXPECT_TRUE(allowed);
}

TEST(BehaviorSettings, ErrorsNameFileAndLine) {
  const auto message = [](std::string_view toml) {
    auto settings = BehaviorSettings::parse(toml, "s.toml");
    return settings ? std::string() : settings.error().text();
  };
  EXPECT_NE(message("\n[behavior.nothing]\n").find("s.toml:2"), std::string::npos);
  EXPECT_NE(message("[behavior.script_host]\nconversation_count = 0\n").find("s.toml:2"),
            std::string::npos);
  EXPECT_NE(message("[behavior.script_host]\nenabled = 3\n").find("s.toml:2"), std::string::npos);
  EXPECT_NE(message("[[allow]]\nprogram = \"x\"\n").find("reason"), std::string::npos);
  EXPECT_NE(message("[[allow]]\nreason = \"x\"\n").find("everything"), std::string::npos);
  EXPECT_NE(message("[behavior\n").find("s.toml:1"), std::string::npos);
  EXPECT_EQ(message("[other]\nx = 1\n"), "");
}

}  // namespace
}  // namespace picket::detect::behavior
