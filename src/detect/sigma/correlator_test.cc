// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/correlator.h"

#include <gtest/gtest.h>

#include "detect/sigma/engine.h"
#include "detect/sigma/rules_for_tests.h"

namespace picket::detect::sigma {
namespace {

constexpr const char* kCorrelated =
    "title: fail\nname: fail\nlogsource: {}\ndetection: {s: {What: fail}, condition: s}\n"
    "---\ntitle: good\nname: good\nlogsource: {}\ndetection: {s: {What: good}, condition: s}\n"
    "---\ntitle: third\nname: third\nlogsource: {}\ndetection: {s: {What: third}, condition: "
    "s}\n---\n";

class Scene {
 public:
  explicit Scene(const std::string& correlations) {
    RuleSet set = rules_from(kCorrelated + correlations);
    EXPECT_TRUE(set.report.errors.empty()) << set.report.text();
    auto program = Program::compile(std::move(set));
    EXPECT_TRUE(program);
    auto engine = Engine::create(std::shared_ptr<const Program>(std::move(*program)));
    EXPECT_TRUE(engine);
    engine_ = std::move(*engine);
  }
  // One record at second `at`; returns the titles of what it brought.
  std::vector<std::string> see(int64_t at, Fields fields) {
    fill(record_, fields);
    record_.time = WallTime{at * static_cast<int64_t>(kNsPerSecond)};
    findings_.clear();
    engine_->evaluate(record_, findings_);
    return titles();
  }
  std::vector<std::string> finish() {
    findings_.clear();
    engine_->finish(findings_);
    return titles();
  }
  const CorrelationHit& hit() const { return *findings_.back().correlation; }

 private:
  std::vector<std::string> titles() const {
    std::vector<std::string> titles;
    for (const Finding& finding : findings_) titles.push_back(finding.about->title);
    return titles;
  }
  std::unique_ptr<Engine> engine_;
  event::LogRecord record_;
  std::vector<Finding> findings_;
};

using Titles = std::vector<std::string>;

std::string correlation(const std::string& body) {
  return "title: c\nname: c\ncorrelation:\n" + body;
}

TEST(Correlator, EventCountByGroupWithinTheTimespan) {
  Scene scene(
      correlation("  type: event_count\n  rules: [fail]\n  group-by: [User]\n  timespan: 1m\n  "
                  "condition: {gte: 3}\n"));
  EXPECT_EQ(scene.see(0, {{"What", "fail"}, {"User", "joe"}}),
            Titles{});  // and the rule itself is silent
  EXPECT_EQ(scene.see(10, {{"What", "fail"}, {"User", "JOE"}}), Titles{});
  EXPECT_EQ(scene.see(20, {{"What", "fail"}, {"User", "ann"}}), Titles{});
  EXPECT_EQ(scene.see(61, {{"What", "fail"}, {"User", "joe"}}), Titles{});  // the first is too old
  EXPECT_EQ(scene.see(65, {{"What", "fail"}, {"User", "joe"}}), Titles{"c"});
  EXPECT_EQ(scene.hit().measure, 3);
  EXPECT_EQ(scene.hit().group.front().second, "joe");
  EXPECT_EQ(scene.hit().first.ns, 10 * static_cast<int64_t>(kNsPerSecond));
  EXPECT_EQ(scene.see(66, {{"What", "fail"}, {"User", "joe"}}), Titles{});  // counted anew
  EXPECT_EQ(scene.see(67, {{"What", "fail"}}), Titles{});                   // no user, no group
}

TEST(Correlator, GenerateLetsTheRuleSpeakToo) {
  Scene scene(
      correlation("  type: event_count\n  rules: [fail]\n  timespan: 1m\n  condition: {gt: 1}\n  "
                  "generate: true\n"));
  EXPECT_EQ(scene.see(0, {{"What", "fail"}}), Titles{"fail"});
  EXPECT_EQ(scene.see(1, {{"What", "fail"}}), (Titles{"fail", "c"}));
}

TEST(Correlator, RecordsOutOfOrderCount) {
  Scene scene(correlation(
      "  type: event_count\n  rules: [fail]\n  timespan: 10s\n  condition: {gte: 2}\n"));
  EXPECT_EQ(scene.see(100, {{"What", "fail"}}), Titles{});
  EXPECT_EQ(scene.see(80, {{"What", "fail"}}), Titles{});
  EXPECT_EQ(scene.see(95, {{"What", "fail"}}), Titles{"c"});
}

TEST(Correlator, ValueCountCountsDifferentValues) {
  Scene scene(
      correlation("  type: value_count\n  rules: [fail]\n  timespan: 1m\n  condition: {gte: 2, "
                  "field: User}\n"));
  EXPECT_EQ(scene.see(0, {{"What", "fail"}, {"User", "joe"}}), Titles{});
  EXPECT_EQ(scene.see(1, {{"What", "fail"}, {"User", "joe"}}), Titles{});
  EXPECT_EQ(scene.see(2, {{"What", "fail"}}), Titles{});
  EXPECT_EQ(scene.see(3, {{"What", "fail"}, {"User", "ann"}}), Titles{"c"});
}

TEST(Correlator, TemporalWantsAllAndOrderedWantsTheOrder) {
  std::string body = "  rules: [fail, good]\n  group-by: [User]\n  timespan: 1m\n";
  Scene any(correlation("  type: temporal\n" + body)),
      ordered(correlation("  type: temporal_ordered\n" + body));
  EXPECT_EQ(any.see(0, {{"What", "good"}, {"User", "j"}}), Titles{});
  EXPECT_EQ(any.see(1, {{"What", "fail"}, {"User", "j"}}), Titles{"c"});
  EXPECT_EQ(ordered.see(0, {{"What", "good"}, {"User", "j"}}), Titles{});
  EXPECT_EQ(ordered.see(1, {{"What", "fail"}, {"User", "j"}}), Titles{});
  EXPECT_EQ(ordered.see(2, {{"What", "good"}, {"User", "j"}}), Titles{"c"});
}

TEST(Correlator, TemporalWithACountOrAnExpression) {
  Scene two(correlation(
      "  type: temporal\n  rules: [fail, good, third]\n  timespan: 1m\n  condition: {gte: 2}\n"));
  EXPECT_EQ(two.see(0, {{"What", "third"}}), Titles{});
  EXPECT_EQ(two.see(1, {{"What", "fail"}}), Titles{"c"});
  Scene words(
      correlation("  type: temporal\n  rules: [fail, good, third]\n  timespan: 1m\n  condition: "
                  "fail and not good\n"));
  EXPECT_EQ(words.see(0, {{"What", "fail"}}), Titles{});
  EXPECT_EQ(words.see(50, {{"What", "good"}}), Titles{});
  EXPECT_EQ(words.see(200, {{"What", "fail"}}), Titles{});
  EXPECT_EQ(words.see(300, {{"What", "nothing"}}), Titles{"c"});
}

TEST(Correlator, UpperBoundsAreToldWhenTheTimeIsOver) {
  Scene scene(correlation(
      "  type: event_count\n  rules: [fail]\n  timespan: 10s\n  condition: {gte: 1, lt: 3}\n"));
  for (int64_t at : {0, 1, 2, 3}) EXPECT_EQ(scene.see(at, {{"What", "fail"}}), Titles{});
  EXPECT_EQ(scene.see(20, {{"What", "fail"}}), Titles{});  // four were too many
  EXPECT_EQ(scene.see(40, {{"What", "else"}}), Titles{"c"});
  EXPECT_EQ(scene.see(41, {{"What", "fail"}}), Titles{});
  EXPECT_EQ(scene.finish(), Titles{"c"});
}

TEST(Correlator, SumAverageAndPercentile) {
  std::string body = "  rules: [fail]\n  timespan: 1m\n  condition: {field: Bytes, gt: 100";
  Scene sum(correlation("  type: value_sum\n" + body + "}\n"));
  EXPECT_EQ(sum.see(0, {{"What", "fail"}, {"Bytes", "60"}}), Titles{});
  EXPECT_EQ(sum.see(1, {{"What", "fail"}, {"Bytes", "none"}}), Titles{});
  EXPECT_EQ(sum.see(2, {{"What", "fail"}, {"Bytes", "41"}}), Titles{"c"});
  EXPECT_EQ(sum.hit().measure, 101);
  Scene average(correlation("  type: value_avg\n" + body + "}\n"));
  Scene high(correlation("  type: value_percentile\n" + body + ", percentile: 90}\n"));
  for (Scene* scene : {&average, &high}) {
    for (int i = 0; i < 9; ++i)
      EXPECT_EQ(scene->see(i, {{"What", "fail"}, {"Bytes", "10"}}), Titles{});
    EXPECT_EQ(scene->see(9, {{"What", "fail"}, {"Bytes", "200"}}), Titles{});
  }
  EXPECT_EQ(average.finish(), Titles{});  // 29
  EXPECT_EQ(high.finish(), Titles{});     // nine of ten are 10
  EXPECT_EQ(high.see(100, {{"What", "fail"}, {"Bytes", "200"}}), Titles{});
  EXPECT_EQ(high.finish(), Titles{"c"});
}

TEST(Correlator, AliasesJoinDifferentFields) {
  Scene scene(
      correlation("  type: temporal\n  rules: [fail, good]\n  group-by: [ip]\n  timespan: 1m\n"
                  "  aliases: {ip: {fail: src, good: dst}}\n"));
  EXPECT_EQ(scene.see(0, {{"What", "fail"}, {"src", "10.0.0.1"}, {"dst", "x"}}), Titles{});
  EXPECT_EQ(scene.see(1, {{"What", "good"}, {"src", "10.0.0.1"}, {"dst", "y"}}), Titles{});
  EXPECT_EQ(scene.see(2, {{"What", "good"}, {"src", "z"}, {"dst", "10.0.0.1"}}), Titles{"c"});
}

TEST(Correlator, CorrelationsChain) {
  Scene scene(
      "title: inner\nname: inner\ncorrelation:\n  type: event_count\n  rules: [fail]\n  group-by: "
      "[User]\n  timespan: 1m\n"
      "  condition: {gte: 2}\n---\n" +
      correlation("  type: temporal_ordered\n  rules: [inner, good]\n  group-by: [User]\n  "
                  "timespan: 1h\n"));
  EXPECT_EQ(scene.see(0, {{"What", "fail"}, {"User", "j"}}), Titles{});
  EXPECT_EQ(scene.see(1, {{"What", "fail"}, {"User", "j"}}), Titles{});
  EXPECT_EQ(scene.see(2, {{"What", "good"}, {"User", "k"}}), Titles{});
  EXPECT_EQ(scene.see(3, {{"What", "good"}, {"User", "j"}}), Titles{"c"});
}

TEST(Correlator, WhatCannotWorkIsRefusedWithItsReason) {
  auto report = [](const std::string& body) {
    return rules_from(kCorrelated + correlation(body)).report.text();
  };
  EXPECT_NE(
      report("  type: event_count\n  rules: [nobody]\n  timespan: 1m\n  condition: {gte: 2}\n")
          .find("nobody"),
      std::string::npos);
  EXPECT_NE(report("  type: temporal\n  rules: [c]\n  timespan: 1m\n").find("refers back"),
            std::string::npos);
  EXPECT_NE(report("  type: guess\n  rules: [fail]\n  timespan: 1m\n").find("guess"),
            std::string::npos);
  EXPECT_NE(report("  type: event_count\n  rules: [fail]\n  timespan: 1x\n  condition: {gte: 2}\n")
                .find("timespan"),
            std::string::npos);
  EXPECT_NE(report("  type: event_count\n  rules: [fail]\n  timespan: 1m\n").find("condition"),
            std::string::npos);
  EXPECT_NE(report("  type: value_count\n  rules: [fail]\n  timespan: 1m\n  condition: {gte: 2}\n")
                .find("field"),
            std::string::npos);
  RuleSet set = rules_from(
      kCorrelated +
      correlation(
          "  type: event_count\n  rules: [fail]\n  timespan: 1m\n  condition: {gte: 1e9}\n"));
  EXPECT_FALSE(Correlator::create(set));
}

TEST(Correlator, GroupsAndSamplesAreBounded) {
  RuleSet set =
      rules_from(kCorrelated + correlation("  type: event_count\n  rules: [fail]\n  group-by: "
                                           "[User]\n  timespan: 1d\n  condition: {gte: 2}\n"));
  auto correlator = Correlator::create(set, 2);
  ASSERT_TRUE(correlator);
  std::vector<CorrelationHit> hits;
  event::LogRecord record;
  const uint32_t matched[] = {0};
  for (const char* user : {"a", "b", "c", "a"}) {  // c drives a out, so a's second is its first
    fill(record, {{"What", "fail"}, {"User", user}});
    correlator->observe(record, matched, hits);
  }
  EXPECT_TRUE(hits.empty());
  fill(record, {{"What", "fail"}, {"User", "c"}});
  correlator->observe(record, matched, hits);
  EXPECT_EQ(hits.size(), 1u);

  CorrelationWindow window;
  for (size_t i = 0; i < CorrelationWindow::kSamplesMax; ++i)
    EXPECT_TRUE(window.add({static_cast<int64_t>(i), 0, 0, {}}));
  EXPECT_FALSE(window.add({static_cast<int64_t>(CorrelationWindow::kSamplesMax), 0, 0, {}}));
  EXPECT_EQ(window.size(), CorrelationWindow::kSamplesMax);
  EXPECT_EQ(window.first_ns(), 1);
}

}  // namespace
}  // namespace picket::detect::sigma
