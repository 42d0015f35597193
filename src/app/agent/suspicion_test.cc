// SPDX-License-Identifier: Apache-2.0
#include "app/agent/suspicion.h"

#include <gtest/gtest.h>

#include "base/counter.h"

namespace picket::app::agent {
namespace {

class SetClock final : public Clock {
 public:
  MonoTime mono() const override { return now; }
  WallTime wall() const override { return {1'700'000'000'000'000'000 + int64_t(now.ns)}; }
  MonoTime now{10 * kNsPerSecond};
};

constexpr event::ProcessKey kShell{4122, 5'000'000'000};

event::ProcessSeen executed(const event::ProcessKey& key, std::string path, MonoTime at) {
  event::ProcessSeen seen;
  seen.key = key;
  seen.parent = {1, 1};
  seen.at = at;
  seen.executable = std::move(path);
  seen.command = "x";
  seen.arguments = {seen.executable};
  return seen;
}

event::SocketSeen connected(const event::ProcessKey& owner, uint64_t cookie, MonoTime at) {
  event::SocketSeen seen;
  seen.at = seen.opened_at = at;
  seen.cookie = cookie;
  seen.protocol = 6;
  seen.local = {*IpAddress::parse("10.0.0.5"), static_cast<uint16_t>(40000 + cookie)};
  seen.remote = {*IpAddress::parse("203.0.113.9"), 443};
  seen.role = event::Role::kClient;
  seen.state = event::FlowState::kEstablished;
  seen.attribution = event::Attribution::kHook;
  seen.owner = owner;
  return seen;
}

constexpr std::string_view kRules = R"(
title: Netcat started
id: 11111111-0000-4000-8000-000000000001
status: stable
level: high
logsource: {product: linux, category: process_creation}
detection:
  s: {Image|endswith: /ncat, ParentImage|endswith: /bash}
  condition: s
---
title: Netcat talks
id: 11111111-0000-4000-8000-000000000002
level: medium
logsource: {product: linux, category: network_connection}
detection:
  s: {Image|endswith: /ncat, DestinationIp|cidr: 203.0.113.0/24, Initiated: 'true'}
  condition: s
)";

struct LiveSuspicion : ::testing::Test {
  SetClock clock;
  Pipeline pipeline{nullptr, nullptr, clock};
  Suspicion suspicion{
      pipeline, {*detect::behavior::BehaviorSet::create(), nullptr, rules()}, "here"};

  static std::unique_ptr<detect::sigma::AlertEngine> rules() {
    detect::sigma::RuleSet::Loader loader;
    loader.add_text(kRules, "test.yml");
    return std::move(*detect::sigma::AlertEngine::create(loader.finish()));
  }

  void pass(uint64_t ms) {
    clock.now.ns += ms * kNsPerMs;
    pipeline.tick(nullptr);
    suspicion.tick();
  }
};

TEST_F(LiveSuspicion, AShellWithASocketForInputIsTold) {
  event::ProcessSeen shell = executed(kShell, "/usr/bin/bash", clock.now);
  shell.standard_streams_socket = true;
  pipeline.take(std::move(shell));
  pipeline.take(connected(kShell, 7, clock.now));
  pass(2500);
  ASSERT_FALSE(suspicion.alerts().empty());
  const event::Alert& alert = suspicion.alerts().front();
  EXPECT_GE(alert.severity, event::Severity::kMedium) << alert.reason;
  EXPECT_EQ(alert.actor.pid, kShell.pid);
  EXPECT_FALSE(alert.id.empty());
  event::FlowFacts facts;
  facts.owner = kShell;
  facts.remote.address = *IpAddress::parse("203.0.113.9");
  suspicion.mark(facts);
  EXPECT_FALSE(facts.suspicion.empty());
  EXPECT_FALSE(suspicion.of_process(kShell).empty());
}

TEST_F(LiveSuspicion, AnOrdinaryShellIsNot) {
  pipeline.take(executed(kShell, "/usr/bin/bash", clock.now));
  pass(2500);
  EXPECT_TRUE(suspicion.alerts().empty());
  EXPECT_FALSE(suspicion.any());
}

TEST_F(LiveSuspicion, SigmaRulesSeeProcessesAndTheirConnections) {
  constexpr event::ProcessKey kCat{4200, 6'000'000'000};
  pipeline.take(executed(kShell, "/usr/bin/bash", clock.now));
  pipeline.take(event::ProcessForked{kCat, kShell, clock.now});
  event::ProcessSeen cat = executed(kCat, "/opt/x/ncat", clock.now);
  cat.parent = kShell;
  pipeline.take(std::move(cat));
  for (uint64_t cookie = 7; cookie < 10; ++cookie)
    pipeline.take(connected(kCat, cookie, clock.now));
  pass(2500);
  std::vector<const event::Alert*> by_rules;
  for (const event::Alert& alert : suspicion.alerts())
    if (alert.detector == event::Detector::kSigma) by_rules.push_back(&alert);
  ASSERT_EQ(by_rules.size(), 2u) << "three connections to one peer are one alert";
  EXPECT_EQ(by_rules[0]->rule_name, "Netcat started");
  EXPECT_EQ(by_rules[0]->actor.pid, kCat.pid);
  EXPECT_EQ(by_rules[0]->place.source, "sensor");
  EXPECT_EQ(by_rules[1]->rule_name, "Netcat talks");
  ASSERT_TRUE(by_rules[1]->connection);
  EXPECT_EQ(by_rules[1]->connection->remote.text(), "203.0.113.9:443");
  event::FlowFacts facts;
  facts.owner = kCat;
  facts.remote.address = *IpAddress::parse("203.0.113.9");
  suspicion.mark(facts);
  EXPECT_NE(facts.suspicion.find("Netcat"), std::string::npos);
}

TEST_F(LiveSuspicion, SigmaRulesLeaveOthersAlone) {
  constexpr event::ProcessKey kFetcher{4201, 6'000'000'000};
  pipeline.take(event::ProcessForked{kFetcher, kShell, clock.now});
  pipeline.take(executed(kFetcher, "/usr/bin/curl", clock.now));
  pipeline.take(connected(kFetcher, 7, clock.now));
  pass(2500);
  for (const event::Alert& alert : suspicion.alerts())
    EXPECT_NE(alert.detector, event::Detector::kSigma) << alert.reason;
}

TEST_F(LiveSuspicion, ABurstToOnePeerIsJudgedOnce) {
  uint64_t skipped_before = 0, skipped_after = 0;
  skipped_before = Counter::value_of("agent.suspicion_alike");
  pipeline.take(executed(kShell, "/usr/bin/curl", clock.now));
  for (uint64_t cookie = 1; cookie <= 100; ++cookie)
    pipeline.take(connected(kShell, cookie, clock.now));
  skipped_after = Counter::value_of("agent.suspicion_alike");
  EXPECT_EQ(skipped_after - skipped_before, 100 - kBurstMax);
}

}  // namespace
}  // namespace picket::app::agent
