// SPDX-License-Identifier: Apache-2.0
#include "app/cli/analyze_options.h"

#include <gtest/gtest.h>

#include "app/cli/content_options.h"

namespace picket::app::cli {
namespace {

AnalyzeOptions with(auto change) {
  AnalyzeOptions options;
  options.inputs = {"a.evtx"};
  change(options);
  return options;
}

std::string complaint(auto change) {
  const auto request = resolve(with(change));
  return request ? "" : request.error().text();
}

TEST(AnalyzeOptions, AreTakenOver) {
  const auto request = resolve(with([](AnalyzeOptions& options) {
    options.min_severity = "high";
    options.threads = "3";
    options.no_behaviors = true;
    options.reports = {"r.md", "r.html"};
    options.capture.checksums = "none";
    options.capture.assignments = {"stream.midstream=true"};
  }));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->min_severity, event::Severity::kHigh);
  EXPECT_EQ(request->threads, 3u);
  EXPECT_FALSE(request->behaviors);
  EXPECT_EQ(request->reports.size(), 2u);
  EXPECT_EQ(request->capture.assignments.size(), 1u);
}

TEST(AnalyzeOptions, MistakesAreToldWithWhatToWriteInstead) {
  EXPECT_NE(
      complaint([](AnalyzeOptions& o) { o.min_severity = "hihg"; }).find("did you mean high?"),
      std::string::npos);
  for (const char* threads : {"0", "65", "x", "-1", "1x"})
    EXPECT_NE(complaint([&](AnalyzeOptions& o) { o.threads = threads; }).find("--threads"),
              std::string::npos)
        << threads;
  EXPECT_NE(complaint([](AnalyzeOptions& o) { o.reports = {"r.pdf"}; }).find(".html"),
            std::string::npos);
  EXPECT_NE(complaint([](AnalyzeOptions& o) { o.sigma_placeholders = "p"; }).find("--sigma"),
            std::string::npos);
  EXPECT_NE(complaint([](AnalyzeOptions& o) { o.no_behaviors = true, o.settings = "s"; }), "");
  EXPECT_NE(complaint([](AnalyzeOptions& o) { o.eve_types = {"alert"}; }).find("--eve"),
            std::string::npos);
  EXPECT_NE(complaint([](AnalyzeOptions& o) { o.capture.checksums = "some"; }).find("auto"),
            std::string::npos);
  for (const char* assignment : {"stream.midstream", "=true"})
    EXPECT_NE(complaint([&](AnalyzeOptions& o) { o.capture.assignments = {assignment}; }), "");
}

TEST(AnalyzeOptions, OnlyOneOutputMayHaveStandardOutput) {
  EXPECT_EQ(complaint([](AnalyzeOptions& o) { o.events = "-"; }), "");
  EXPECT_NE(complaint([](AnalyzeOptions& o) { o.events = o.eve = "-"; }), "");
  EXPECT_NE(complaint([](AnalyzeOptions& o) { o.json = true, o.incidents = "-"; }), "");
  EXPECT_NE(complaint([](AnalyzeOptions& o) { o.json = o.timeline = true; }), "");
}

TEST(ContentOptions, SayWhatIsMissing) {
  EXPECT_FALSE(resolve(ContentCheckOptions{}));
  EXPECT_TRUE(resolve(ContentListOptions{}));
  ContentListOptions list;
  list.sigma_placeholders = "p";
  EXPECT_FALSE(resolve(list));
  ContentTestOptions test;
  test.folder = "samples";
  EXPECT_FALSE(resolve(test));
  test.sigma = {"rules"};
  EXPECT_TRUE(resolve(test));
}

}  // namespace
}  // namespace picket::app::cli
