// SPDX-License-Identifier: Apache-2.0
#include "incident/incident_set.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include "base/counter.h"
#include "incident/tie_keys.h"

namespace picket::incident {
namespace {

using event::Alert;
using event::Confidence;
using event::Severity;

constexpr int64_t kMinute = int64_t{60} * 1'000'000'000;
constexpr int64_t kStart = 1'767'323'045'000'000'000;

Alert alert(std::string rule, Severity severity, std::string process_id = "", int64_t minutes = 0) {
  Alert made;
  made.time = made.last_time = WallTime{kStart + minutes * kMinute};
  made.rule_id = rule;
  made.rule_name = "Rule " + rule;
  made.severity = severity;
  made.confidence = Confidence::kMedium;
  made.reason = "because of " + rule;
  made.host = "WS1";
  made.actor.id = process_id;
  if (!process_id.empty()) made.actor.name = process_id + ".exe";
  event::assign_id(made);
  return made;
}

Alert with_remote(Alert alert, std::string_view address) {
  alert.connection.emplace().remote = {*IpAddress::parse(address), 443};
  return alert;
}

struct Incidents {
  Lineage lineage;
  IncidentSet set{lineage};
  std::vector<Incident> of(const std::vector<Alert>& alerts) {
    for (const Alert& one : alerts) set.add(one);
    return set.incidents();
  }
};

TEST(IncidentSet, LowAlertsAloneMakeNone) {
  Incidents incidents;
  EXPECT_TRUE(incidents
                  .of({alert("a", Severity::kLow, "p"), alert("b", Severity::kLow, "p"),
                       alert("a", Severity::kLow, "p", 1), alert("c", Severity::kLow, "q"),
                       alert("d", Severity::kLow)})
                  .empty());
}

TEST(IncidentSet, SeveralKindsOfLowAboutOneProcessMakeOne) {
  Incidents incidents;
  const auto found =
      incidents.of({alert("a", Severity::kLow, "p"), alert("b", Severity::kLow, "p", 1),
                    alert("c", Severity::kLow, "p", 2), alert("c", Severity::kLow, "q", 2)});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].priority, Priority::kLow);
  EXPECT_EQ(found[0].alerts, 3u);
  EXPECT_EQ(found[0].members[0].tie, Tie::kTrigger);
  EXPECT_EQ(found[0].members[2].tie, Tie::kProcess);
}

TEST(IncidentSet, InformationalAlertsNeverMakeOne) {
  Incidents incidents;
  EXPECT_TRUE(
      incidents
          .of({alert("a", Severity::kInformational, "p"), alert("b", Severity::kInformational, "p"),
               alert("c", Severity::kInformational, "p"), alert("d", Severity::kLow, "p")})
          .empty());
}

TEST(IncidentSet, WhatWaitedJoinsWhenTheProcessIsWorthWakingFor) {
  Incidents incidents;
  const auto found =
      incidents.of({alert("a", Severity::kLow, "p"), alert("x", Severity::kHigh, "p", 600)});
  ASSERT_EQ(found.size(), 1u);
  ASSERT_EQ(found[0].members.size(), 2u);
  EXPECT_EQ(found[0].members[0].rule_id, "a") << "in order of time";
  EXPECT_EQ(found[0].members[1].tie, Tie::kTrigger);
  EXPECT_EQ(found[0].priority, Priority::kHigh);
}

TEST(IncidentSet, NoiseOfOneRuleFoldsIntoOne) {
  Incidents incidents;
  std::vector<Alert> noise;
  for (int i = 0; i < 500; ++i)
    noise.push_back(alert("noisy", Severity::kMedium, "p" + std::to_string(i), i));
  const auto found = incidents.of(noise);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].alerts, 500u);
  EXPECT_EQ(found[0].members.size(), IncidentSet::kMembersMax);
  EXPECT_EQ(found[0].members_left_out, 500 - IncidentSet::kMembersMax);
}

TEST(IncidentSet, RepeatsOfOneRuleAboutOneProcessAreOneMember) {
  Incidents incidents;
  const auto found =
      incidents.of({alert("a", Severity::kMedium, "p"), alert("a", Severity::kMedium, "p", 7)});
  ASSERT_EQ(found.size(), 1u);
  ASSERT_EQ(found[0].members.size(), 1u);
  EXPECT_EQ(found[0].members[0].count, 2u);
  EXPECT_EQ(found[0].members[0].until.ns, kStart + 7 * kMinute);
}

TEST(IncidentSet, ChildrenJoinTheirParentAndParentsTheirChildren) {
  Incidents incidents;
  Alert child = alert("child", Severity::kMedium, "c", 90);
  child.actor.parent_id = "p";
  EXPECT_EQ(incidents.of({alert("parent", Severity::kHigh, "p"), child}).size(), 1u);

  Incidents other;
  const auto found = other.of({child, alert("parent", Severity::kHigh, "p", 180)});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].members[1].tie, Tie::kLineage);
}

TEST(IncidentSet, LineageReachesOverProcessesWithoutAlerts) {
  Incidents incidents;
  event::Actor middle;
  middle.id = "middle";
  middle.parent_id = "top";
  incidents.lineage.learn("WS1", middle);
  event::Actor child;
  child.id = "child";
  child.parent_id = "middle";
  incidents.lineage.learn("WS1", child);
  const auto found =
      incidents.of({alert("top", Severity::kHigh, "top"), alert("low", Severity::kLow, "child", 60),
                    alert("deep", Severity::kMedium, "child", 90)});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].members[1].tie, Tie::kLineage) << "low ones too";
}

TEST(IncidentSet, OneRemoteTiesMachinesOnlyWhenItIsNobodysOwn) {
  Incidents incidents;
  Alert elsewhere = with_remote(alert("b", Severity::kMedium, "q", 60), "203.0.113.9");
  elsewhere.host = "WS2";
  const auto found =
      incidents.of({with_remote(alert("a", Severity::kMedium, "p"), "203.0.113.9"), elsewhere});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].hosts, (std::vector<std::string>{"WS1", "WS2"}));
  EXPECT_EQ(found[0].members[1].tie, Tie::kRemote);

  Incidents inside;
  Alert dc = with_remote(alert("b", Severity::kMedium, "q", 60), "10.0.0.1");
  dc.host = "WS2";
  EXPECT_EQ(inside.of({with_remote(alert("a", Severity::kMedium, "p"), "10.0.0.1"), dc}).size(),
            2u);
}

TEST(IncidentSet, TheMachineTiesForMinutesOnly) {
  Incidents incidents;
  const auto found =
      incidents.of({alert("a", Severity::kMedium, "p"), alert("b", Severity::kMedium, "q", 4),
                    alert("c", Severity::kMedium, "r", 10)});
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].members.size(), 2u);
  EXPECT_EQ(found[0].members[1].tie, Tie::kMachine);
}

TEST(IncidentSet, AnAlertThatTiesTwoMakesThemOneUnderTheEarlierId) {
  Incidents incidents;
  const Alert first = with_remote(alert("a", Severity::kMedium, "p"), "203.0.113.9");
  const Alert second = alert("b", Severity::kMedium, "q", 30);
  incidents.set.add(first);
  incidents.set.add(second);
  const auto before = incidents.set.incidents();
  ASSERT_EQ(before.size(), 2u);
  incidents.set.add(with_remote(alert("c", Severity::kMedium, "q", 60), "203.0.113.9"));
  const auto after = incidents.set.incidents();
  ASSERT_EQ(after.size(), 1u);
  EXPECT_EQ(after[0].id, before[0].id);
  EXPECT_EQ(after[0].alerts, 3u);
  // Ties of the one that went lead to the one that stayed.
  incidents.set.add(alert("d", Severity::kLow, "q", 61));
  EXPECT_EQ(incidents.set.incidents()[0].alerts, 4u);
}

TEST(IncidentSet, ProgramsOfTheSystemTieNothingOthersDo) {
  const auto two = [](std::string path) {
    Alert one = alert("a", Severity::kMedium, "p"), other = alert("b", Severity::kMedium, "q", 30);
    one.actor.path = other.actor.path = path;
    Incidents incidents;
    return incidents.of({one, other}).size();
  };
  EXPECT_EQ(two("C:\\Windows\\System32\\cmd.exe"), 2u);
  EXPECT_EQ(two("C:\\Users\\eve\\a.exe"), 1u);
  EXPECT_EQ(two("/usr/bin/bash"), 2u);
  EXPECT_EQ(two("/tmp/sshhd"), 1u);
  EXPECT_EQ(two("C:\\Windows\\Temp\\x.exe"), 1u);
}

TEST(IncidentSet, SaysWhatItIsAndWhatToDo) {
  Alert c2 = with_remote(alert("beacon", Severity::kHigh, "p"), "203.0.113.9");
  c2.attack = {{"TA0011", "T1071.001"}};
  Alert creds = alert("dump", Severity::kMedium, "p", 1);
  creds.attack = {{"TA0006", ""}, {"", "T1003"}};
  creds.actor.user = "EVIL\\eve";
  Incidents incidents;
  const auto found = incidents.of({c2, creds});
  ASSERT_EQ(found.size(), 1u);
  const Incident& incident = found[0];
  EXPECT_EQ(incident.title, "Rule beacon and 1 other kind: p.exe on WS1, 203.0.113.9:443");
  EXPECT_EQ(incident.tactics, (std::vector<std::string>{"TA0006", "TA0011"}));
  EXPECT_EQ(incident.techniques, (std::vector<std::string>{"T1003", "T1071.001"}));
  ASSERT_EQ(incident.actions.size(), 3u);
  EXPECT_NE(incident.actions[0].what.find("Block 203.0.113.9:443"), std::string::npos);
  EXPECT_NE(incident.actions[1].what.find("EVIL\\eve"), std::string::npos);
  for (const Member& member : incident.members) EXPECT_FALSE(member.why.empty());
}

TEST(IncidentSet, ThreeKindsOverTwoTacticsWeighAsHigh) {
  std::vector<Alert> alerts{alert("a", Severity::kMedium, "p"), alert("b", Severity::kMedium, "p"),
                            alert("c", Severity::kMedium, "p")};
  Incidents without;
  EXPECT_EQ(without.of(alerts)[0].priority, Priority::kMedium);
  alerts[0].attack = {{"TA0002", ""}};
  alerts[1].attack = {{"TA0011", ""}};
  Incidents with;
  EXPECT_EQ(with.of(alerts)[0].priority, Priority::kHigh);
}

TEST(IncidentSet, BoundsHoldAndAreCounted) {
  const Lineage lineage;
  IncidentSet set(lineage, {.incidents = 1, .members = 1, .waiting = 1, .ties = 1});
  const uint64_t full = Counter::value_of("incident.full"),
                 ties = Counter::value_of("incident.ties_full"),
                 waiting = Counter::value_of("incident.waiting_full");
  set.add(alert("a", Severity::kMedium, "p"));
  EXPECT_GT(Counter::value_of("incident.ties_full"), ties);
  set.add(alert("b", Severity::kMedium, "q", 600));
  EXPECT_EQ(Counter::value_of("incident.full"), full + 1);
  set.add(alert("c", Severity::kLow, "r"));
  set.add(alert("d", Severity::kLow, "s"));
  EXPECT_EQ(Counter::value_of("incident.waiting_full"), waiting + 1);
  set.add(alert("e", Severity::kMedium, "p"));
  ASSERT_EQ(set.incidents().size(), 1u);
  EXPECT_EQ(set.incidents()[0].members_left_out, 1u);
}

TEST(Lineage, IsBoundedAndEndsInARing) {
  Lineage lineage(2);
  const uint64_t full = Counter::value_of("incident.lineage_full");
  event::Actor one, other, third;
  one.id = "1";
  one.parent_id = "2";
  other.id = "2";
  other.parent_id = "1";
  third.id = "3";
  third.parent_id = "1";
  lineage.learn("h", one);
  lineage.learn("h", other);
  lineage.learn("h", third);
  EXPECT_EQ(Counter::value_of("incident.lineage_full"), full + 1);
  EXPECT_EQ(lineage.ancestors("h", one).size(), 2u);
}

TEST(IncidentJson, IsWhole) {
  Incidents incidents;
  Alert one = with_remote(alert("a", Severity::kHigh, "p"), "203.0.113.9");
  one.attack = {{"TA0011", "T1071"}};
  const auto found = incidents.of({one});
  std::string out;
  JsonWriter writer(out);
  append_json(writer, found.at(0));
  simdjson::dom::parser parser;
  simdjson::dom::element json;
  ASSERT_EQ(parser.parse(simdjson::padded_string(out)).get(json), simdjson::SUCCESS) << out;
  const auto at = [&](const char* pointer) {
    std::string_view found_text;
    return json.at_pointer(pointer).get(found_text) == simdjson::SUCCESS ? found_text : "(absent)";
  };
  EXPECT_EQ(at("/type"), "incident");
  EXPECT_EQ(at("/priority"), "high");
  EXPECT_EQ(at("/tactics/0/name"), "Command and Control");
  EXPECT_EQ(at("/events/0/alert"), one.id);
  EXPECT_EQ(at("/events/0/tie"), "trigger");
  EXPECT_NE(at("/id"), one.id);
  EXPECT_NE(at("/recommended/0/what"), "(absent)");
}

}  // namespace
}  // namespace picket::incident
