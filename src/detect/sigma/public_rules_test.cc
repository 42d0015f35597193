// SPDX-License-Identifier: Apache-2.0
// The public rules and their regression samples, when the shared corpus is there.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "detect/sigma/corpus_for_tests.h"
#include "detect/sigma/plain_evaluator.h"
#include "detect/sigma/rule_set.h"
#include "detect/sigma/yaml_tree.h"

namespace picket::detect::sigma {
namespace {

namespace fs = std::filesystem;

// Whether one of the objects that stand in the file, one after another, makes `check` true.
template <typename Check>
bool any_record(const fs::path& path, event::LogRecord& record, Check check) {
  std::ifstream in(path);
  nlohmann::json object;
  bool any = false;
  while (in >> std::ws && in.peek() != EOF) {
    in >> object;
    EXPECT_TRUE(read_json_record(object, record)) << path;
    any = check() || any;
  }
  return any;
}

class PublicRules : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto shared = shared_folder();
    if (!shared || !fs::is_directory(*shared / "corpus/sigma")) return;
    root_ = *shared / "corpus/sigma";
    RuleSet::Loader loader;
    for (const auto& entry : fs::directory_iterator(root_)) {
      if (entry.path().filename().string().starts_with("rules")) {
        ASSERT_TRUE(loader.add_path(entry.path().string()));
      }
    }
    set_ = std::make_unique<RuleSet>(loader.finish());
  }
  static void TearDownTestSuite() { set_.reset(); }
  void SetUp() override {
    if (!set_) GTEST_SKIP() << "no shared corpus: set PICKET_SHARED";
  }
  static inline fs::path root_;
  static inline std::unique_ptr<RuleSet> set_;
};

TEST_F(PublicRules, NinetyNinePercentLoadAndTheRestSaysWhy) {
  const LoadReport& report = set_->report;
  EXPECT_GE(static_cast<double>(report.loaded()), 0.99 * static_cast<double>(report.found()))
      << report.text();
  for (const LoadError& error : report.errors) {
    EXPECT_FALSE(error.message.empty());
    EXPECT_NE(error.message.find("placeholder"), std::string::npos)
        << error.place.text() << ": " << error.message;
  }
}

TEST_F(PublicRules, RegressionSamplesFireTheirRule) {
  std::map<std::string, uint32_t> rule_by_id;
  for (uint32_t i = 0; i < set_->rules.size(); ++i) rule_by_id[set_->rules[i].about.id] = i;
  PlainEvaluator evaluator(set_->rules);
  std::vector<std::string> missed;
  size_t samples = 0;
  event::LogRecord record;
  std::vector<uint32_t> matched;
  for (const auto& entry : fs::recursive_directory_iterator(root_ / "regression")) {
    if (entry.path().extension() != ".json") continue;
    auto rule = rule_by_id.find(entry.path().stem().string());
    if (rule == rule_by_id.end()) {
      missed.push_back(entry.path().filename().string() + " (no such rule loaded)");
      continue;
    }
    ++samples;
    bool fired = any_record(entry.path(), record, [&] {
      evaluator.evaluate(record, matched);
      if (std::ranges::find(matched, rule->second) == matched.end()) return false;
      EXPECT_FALSE(evaluator.explain(rule->second, record).empty())
          << set_->rules[rule->second].about.title;
      return true;
    });
    if (!fired) missed.push_back(set_->rules[rule->second].about.title);
  }
  EXPECT_GT(samples, 100u);
  EXPECT_LE(missed.size(), 1u) << testing::PrintToString(missed);
}

}  // namespace
}  // namespace picket::detect::sigma
