// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/analysis.h"

#include <gtest/gtest.h>

#include "app/analyze/outputs.h"
#include "app/analyze/temporary_folder.h"

namespace picket::app::analyze {
namespace {

constexpr std::string_view kRules = R"(title: Encoded command
id: 11111111-1111-1111-1111-111111111111
status: stable
level: high
tags: [attack.execution, attack.t1059.001]
logsource: {product: windows, category: process_creation}
detection:
  selection: {CommandLine|contains: ' -enc '}
  condition: selection
---
title: Sign-in failed
id: 22222222-2222-2222-2222-222222222222
name: failed
level: informational
logsource: {product: windows, service: security}
detection:
  selection: {EventID: 4625}
  condition: selection
---
title: Many failed sign-ins
id: 33333333-3333-3333-3333-333333333333
level: medium
correlation:
  type: event_count
  rules: [failed]
  group-by: [TargetUserName]
  timespan: 1h
  condition: {gte: 4}
)";

std::string sysmon(int second, std::string_view command, std::string_view guid) {
  return R"({"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational",)"
         R"("Hostname":"WS1","UtcTime":"2026-01-02 03:04:)" +
         std::to_string(10 + second) + R"(.000","EventTime":"2026-01-02T03:04:)" +
         std::to_string(10 + second) + R"(.000Z","ProcessGuid":")" + std::string(guid) +
         R"(","ProcessId":"77","Image":"C:\\Windows\\powershell.exe","CommandLine":")" +
         std::string(command) + "\"}\n";
}

std::string failed_login(int second) {
  return R"({"EventID":4625,"Channel":"Security","Hostname":"DC1","EventTime":"2026-01-02T03:05:)" +
         std::to_string(10 + second) + R"(Z","TargetUserName":"eve"})" + "\n";
}

struct Analysed {
  AnalysisResult result;
  std::string text;  // all alerts as JSON, in order
};

class AnalysisTest : public testing::Test {
 protected:
  void SetUp() override {
    ContentRequest request;
    request.sigma = {folder_.write("rules.yml", kRules)};
    auto content = load_content(request);
    ASSERT_TRUE(content) << content.error().text();
    content_ = std::make_unique<Content>(std::move(*content));
  }

  Analysed run(const std::vector<std::string>& given, size_t threads,
               const CaptureEngineMaker& captures = {},
               const std::function<void(std::string_view)>& on_eve = {}) {
    auto inputs = open_inputs(given);
    EXPECT_TRUE(inputs);
    Progress progress;
    auto result = analyze({*inputs, *content_, threads, captures, on_eve, progress, {}});
    EXPECT_TRUE(result);
    EXPECT_EQ(progress.inputs_done, inputs->size());
    Analysed analysed{std::move(*result), {}};
    analysed.result.alerts.visit([&](const event::Alert& alert) {
      JsonWriter json(analysed.text);
      event::append_json(json, alert);
      analysed.text += '\n';
    });
    return analysed;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Content> content_;
};

size_t count_of(std::string_view text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST_F(AnalysisTest, AlertsComeByTimeAcrossInputsWhateverTheirOrder) {
  folder_.write("logs/a.json", sysmon(9, "powershell -enc AAAA", "{late}"));
  folder_.write("logs/b.json",
                sysmon(1, "powershell -enc BBBB", "{early}") + sysmon(2, "dir", "{quiet}"));
  const Analysed analysed = run({folder_.path("logs")}, 1);
  EXPECT_EQ(analysed.result.total.records, 3u);
  EXPECT_EQ(analysed.result.alerts.count(event::Severity::kHigh), 2u);
  EXPECT_LT(analysed.text.find("{early}"), analysed.text.find("{late}"));
  EXPECT_EQ(analysed.text.find("{quiet}"), std::string::npos);
  EXPECT_NE(analysed.text.find("T1059.001"), std::string::npos);
}

TEST_F(AnalysisTest, CorrelationsSeeAllInputsInOrderOfTime) {
  folder_.write("logs/1.json", failed_login(1) + failed_login(3));
  folder_.write("logs/2.json", failed_login(2) + failed_login(4));
  const Analysed analysed = run({folder_.path("logs")}, 2);
  EXPECT_EQ(analysed.result.alerts.count(event::Severity::kMedium), 1u) << analysed.text;
  EXPECT_NE(analysed.text.find("\"TargetUserName\""), std::string::npos);
}

TEST_F(AnalysisTest, AnyNumberOfThreadsGivesTheSame) {
  for (int i = 0; i < 40; ++i) {
    std::string text;
    for (int j = 0; j < 40; ++j)
      text += sysmon((i * 7 + j) % 50, j % 3 == 0 ? "x -enc y" : "plain",
                     "{" + std::to_string(i) + "-" + std::to_string(j) + "}") +
              failed_login((i + j) % 50);
    folder_.write("logs/" + std::to_string(100 + i) + ".json", text);
  }
  const Analysed one = run({folder_.path("logs")}, 1);
  EXPECT_GT(count_of(one.text, "\n"), 500u);
  for (const size_t threads : {2u, 3u, 8u})
    EXPECT_EQ(run({folder_.path("logs")}, threads).text, one.text);
}

TEST_F(AnalysisTest, ABrokenInputIsToldAndTheRestGoesOn) {
  folder_.write("logs/a.json", "{\"EventID\":1,\n{\"broken\n" + sysmon(1, "x -enc y", "{1}"));
  folder_.write("logs/b.json", sysmon(2, "x -enc y", "{2}"));
  folder_.write("logs/c.txt", "no format of this world\n");
  const Analysed analysed = run({folder_.path("logs")}, 2);
  EXPECT_EQ(analysed.result.alerts.count(event::Severity::kHigh), 2u);
  EXPECT_EQ(analysed.result.total.unknown, 1u);
  EXPECT_TRUE(is_broken(analysed.result.total));
  ASSERT_FALSE(analysed.result.total.listed.empty());
  EXPECT_TRUE(analysed.result.total.listed[0].input.ends_with("a.json"));
}

TEST_F(AnalysisTest, UnknownFilesBesideLogsBreakNothing) {
  folder_.write("logs/b.json", sysmon(2, "plain", "{2}"));
  folder_.write("logs/c.txt", "no format of this world\n");
  EXPECT_FALSE(is_broken(run({folder_.path("logs")}, 1).result.total));
  EXPECT_TRUE(is_broken(run({folder_.path("logs/c.txt")}, 1).result.total)) << "all there was";
}

TEST_F(AnalysisTest, AFileThatCannotBeOpenedIsAProblem) {
  std::vector<Input> inputs(1);
  inputs[0].name = folder_.path("gone");
  Progress progress;
  const auto result = analyze({inputs, *content_, 1, {}, {}, progress, {}});
  ASSERT_TRUE(result);
  EXPECT_TRUE(is_broken(result->total));
  EXPECT_NE(result->total.listed.at(0).what.find("No such file"), std::string::npos);
}

TEST_F(AnalysisTest, StoppedItEndsEarly) {
  folder_.write("logs/b.json", sysmon(2, "x -enc y", "{2}"));
  auto inputs = open_inputs({folder_.path("logs")});
  ASSERT_TRUE(inputs);
  Progress progress;
  progress.stop = true;
  const auto result = analyze({*inputs, *content_, 1, {}, {}, progress, {}});
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->stopped);
  EXPECT_EQ(result->total.records, 0u);
}

TEST_F(AnalysisTest, WithoutTheRightToGoOnNothingIsRead) {
  folder_.write("logs/b.json", sysmon(2, "x -enc y", "{2}"));
  auto inputs = open_inputs({folder_.path("logs")});
  ASSERT_TRUE(inputs);
  Progress progress;
  const auto result = analyze({*inputs, *content_, 3, {}, {}, progress, [] {
                                 return Result<void>(failure("not like this"));
                               }});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "not like this");
  EXPECT_EQ(progress.bytes, 0u);
}

// Stands in for the packet pipeline: tells of each capture's first byte.
class EchoEngine final : public CaptureEngine {
 public:
  void run(const sensor::replay::CaptureInput& capture, FindingSink& sink,
           sensor::replay::ReadOutcome& outcome) override {
    std::vector<uint8_t> head(1);
    ASSERT_TRUE(capture.source.read(head));
    ++outcome.records;
    event::Alert alert;
    alert.severity = event::Severity::kMedium;
    alert.rule_id = "echo " + std::to_string(head[0]);
    alert.place.input = capture.input;
    sink.alert(alert);
    sink.eve("{\"from\":\"" + std::string(capture.input) + "\"}\n");
  }
};

TEST_F(AnalysisTest, CapturesGoToTheirEngineAndEveKeepsTheirOrder) {
  const std::string a = folder_.write("a.pcap", "\xd4\xc3\xb2\xa1 and so on");
  const std::string b = folder_.write("b.pcap", "\xd4\xc3\xb2\xa1 and so on");
  std::string eve;
  const Analysed analysed = run(
      {a, b}, 2,
      [] { return Result<std::unique_ptr<CaptureEngine>>(std::make_unique<EchoEngine>()); },
      [&](std::string_view lines) { eve += lines; });
  EXPECT_EQ(eve, "{\"from\":\"" + a + "\"}\n{\"from\":\"" + b + "\"}\n");
  EXPECT_EQ(count_of(analysed.text, "echo 212"), 2u);
  EXPECT_EQ(analysed.result.total.records, 2u);
  EXPECT_EQ(run({a, b}, 2).result.total.skipped, 2u) << "nobody to take them";
}

}  // namespace
}  // namespace picket::app::analyze
