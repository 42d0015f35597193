// SPDX-License-Identifier: Apache-2.0
#include "app/content/sample_run.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "detect/sigma/rule_set.h"

namespace picket::app::content {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRule = R"(title: r
id: 11111111-1111-1111-1111-11111111111A
logsource: {product: windows, service: security}
detection:
  selection: {EventID: 4625}
  condition: selection
)";
constexpr std::string_view kLog =
    "{\"EventID\":4625,\"Channel\":\"Security\"}\n{\"EventID\":4624,\"Channel\":\"Security\"}\n"
    "{\"EventID\":4625,\"Channel\":\"Security\"}\n";

class SampleRun : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "picket-samples-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    write("rule.yml", kRule);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, std::string_view text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  // An info.yml of the rule above with one test over log.json beside it.
  void write_info(const std::string& folder, const std::string& more) const {
    write(folder + "/info.yml",
          "rule_metadata:\n  - id: 11111111-1111-1111-1111-11111111111a\n"
          "regression_tests_info:\n  - name: positive\n    path: a/b/log.json\n" +
              more);
  }
  std::vector<SampleResult> run() const {
    const auto samples = find_samples((folder_ / "samples").string());
    EXPECT_TRUE(samples) << samples.error().text();
    auto rules = detect::sigma::load_rules({(folder_ / "rule.yml").string()}, "");
    EXPECT_TRUE(rules);
    const auto program = detect::sigma::Program::compile(std::move(*rules));
    EXPECT_TRUE(program);
    auto results = run_samples(*samples, **program);
    EXPECT_TRUE(results);
    return std::move(*results);
  }

  fs::path folder_;
};

TEST_F(SampleRun, PassesWhenTheRuleFires) {
  write("samples/a/log.json", kLog);
  write_info("samples/a", "    match_count: 2\n");
  write("samples/b/log.json", kLog);
  write_info("samples/b", "");
  const auto results = run();
  ASSERT_EQ(results.size(), 2u);
  for (const SampleResult& result : results) EXPECT_EQ(result.problem, "") << result.sample.info;
  EXPECT_EQ(results[0].sample.match_count, 2u);
  EXPECT_FALSE(results[0].other_count());
  EXPECT_FALSE(results[1].other_count()) << "none is given";
}

TEST_F(SampleRun, SaysWhyASampleDoesNotPass) {
  write("samples/a/log.json", kLog);
  write_info("samples/a", "    match_count: 1\n");
  write_info("samples/b", "");  // its log is not there
  write("samples/c/log.json", "{\"EventID\":1,\"Channel\":\"Security\"}\n");
  write_info("samples/c", "");
  write("samples/d/log.json", kLog);
  write("samples/d/info.yml",
        "rule_metadata:\n  - id: other\nregression_tests_info:\n  - path: log.json\n");
  const auto results = run();
  ASSERT_EQ(results.size(), 4u);
  EXPECT_EQ(results[0].problem, "") << "another count is told, and no failure";
  EXPECT_TRUE(results[0].other_count());
  EXPECT_NE(results[1].problem.find("No such file"), std::string::npos) << results[1].problem;
  EXPECT_EQ(results[2].problem, "its rule does not match");
  EXPECT_EQ(results[3].problem, "its rule is not among those loaded");
}

TEST_F(SampleRun, AnInfoWithoutTestsHasNoneAndABrokenOneIsAnError) {
  write("samples/a/info.yml", "rule_metadata:\n  - id: x\n");
  const auto none = find_samples((folder_ / "samples").string());
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->empty());
  write("samples/b/info.yml", "a: [1\n");
  const auto broken = find_samples((folder_ / "samples").string());
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().message.find("samples/b/info.yml:"), std::string::npos);
  EXPECT_FALSE(find_samples((folder_ / "absent").string()));
}

}  // namespace
}  // namespace picket::app::content
