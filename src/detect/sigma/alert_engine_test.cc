// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/alert_engine.h"

#include <gtest/gtest.h>

#include <array>

#include "detect/sigma/rules_for_tests.h"

namespace picket::detect::sigma {
namespace {

constexpr std::string_view kAlertRules = R"(
title: Odd program
id: 11111111-0000-4000-8000-000000000001
name: odd_program
level: high
logsource: {product: linux, category: process_creation}
detection: {s: {Image|endswith: /odd}, condition: s}
---
title: For another system
logsource: {product: windows, category: process_creation}
detection: {s: {Image|endswith: odd}, condition: s}
---
title: Many odd programs
level: critical
correlation:
  type: event_count
  rules: [odd_program]
  group-by: [User]
  timespan: 1m
  condition: {gte: 3}
  generate: true
)";

struct AlertEngineTest : ::testing::Test {
  std::unique_ptr<AlertEngine> engine = make({});
  event::LogRecord record;

  static std::unique_ptr<AlertEngine> make(std::vector<behavior::AllowEntry> allow) {
    auto made = AlertEngine::create(rules_from(kAlertRules), std::move(allow));
    EXPECT_TRUE(made);
    EXPECT_TRUE((*made)->report().errors.empty()) << (*made)->report().text();
    return std::move(*made);
  }
  void start(const std::string& path, uint32_t pid, int64_t at_s) {
    fill(record, {{"Image", path}, {"User", "eve"}});
    record.origin = {"linux", "process", "picket", 0, "process_creation"};
    record.time = WallTime{at_s * 1'000'000'000};
    event::Activity activity;
    activity.time = *record.time;
    activity.actor.pid = pid;
    activity.actor.id = std::to_string(pid) + "@1";
    activity.actor.path = path;
    activity.place.source = "sensor";
    engine->observe(record, activity);
  }
};

TEST_F(AlertEngineTest, AnAlertNamesTheProcessAndTheSensor) {
  start("/opt/odd", 7, 100);
  start("/opt/even", 8, 101);
  const auto alerts = engine->take_new();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].actor.pid, 7u);
  EXPECT_EQ(alerts[0].place.source, "sensor");
  EXPECT_EQ(alerts[0].severity, event::Severity::kHigh);
  EXPECT_EQ(alerts[0].time.ns, 100'000'000'000);
  EXPECT_FALSE(alerts[0].evidence.empty());
}

TEST_F(AlertEngineTest, RepeatsOfOneProcessAreOneAlert) {
  start("/opt/odd", 7, 100);
  start("/opt/odd", 7, 101);
  EXPECT_EQ(engine->take_new().size(), 1u);
  start("/opt/odd", 8, 400);
  EXPECT_EQ(engine->take_new().size(), 1u) << "another process is another alert";
}

TEST_F(AlertEngineTest, CorrelationsWorkLive) {
  for (uint32_t pid = 1; pid <= 3; ++pid) start("/opt/odd", pid, 100 + pid);
  const auto alerts = engine->take_new();
  const auto many = std::ranges::find(alerts, "Many odd programs", &event::Alert::rule_name);
  ASSERT_NE(many, alerts.end());
  EXPECT_EQ(many->severity, event::Severity::kCritical);
  EXPECT_EQ(many->time.ns, 101'000'000'000);
}

TEST_F(AlertEngineTest, WhatIsKnownToBeRightIsLoweredWithItsReason) {
  behavior::AllowEntry entry;
  entry.behavior = "11111111-0000-4000-8000-000000000001";
  entry.program = "/opt/*";
  entry.reason = "our own";
  engine = make({entry});
  start("/opt/odd", 7, 100);
  start("/srv/odd", 8, 100);
  const auto alerts = engine->take_new();
  ASSERT_EQ(alerts.size(), 2u);
  EXPECT_EQ(alerts[0].severity, event::Severity::kInformational);
  ASSERT_EQ(alerts[0].known_good.size(), 1u);
  EXPECT_EQ(alerts[0].known_good[0].what, "allow-list: our own");
  EXPECT_EQ(alerts[1].severity, event::Severity::kHigh) << "it lies elsewhere";
}

TEST_F(AlertEngineTest, SaysHowManyRulesAreForASource) {
  constexpr std::array<event::LogOrigin, 1> kOrigins{
      {{"linux", "process", "picket", 0, "process_creation"}}};
  EXPECT_EQ(engine->rules_for(kOrigins), 1u);
  EXPECT_EQ(engine->report().rules, 2u);
}

}  // namespace
}  // namespace picket::detect::sigma
