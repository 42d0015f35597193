// SPDX-License-Identifier: Apache-2.0
// The compiled engine on recorded telemetry: against the expected hits that the shared corpus
// gives, and against the plain evaluator. Large files only with PICKET_SLOW set.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "detect/sigma/corpus_for_tests.h"
#include "detect/sigma/matcher.h"
#include "detect/sigma/plain_evaluator.h"
#include "detect/sigma/telemetry_for_tests.h"

namespace picket::detect::sigma {
namespace {

namespace fs = std::filesystem;

constexpr size_t kRecordsMaxByDefault = 2000;  // of one file

class Telemetry : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto shared = shared_folder();
    if (!shared || !fs::is_directory(*shared / "corpus/telemetry")) return;
    root_ = *shared / "corpus/telemetry";
    RuleSet::Loader loader;
    for (const auto& entry : fs::directory_iterator(*shared / "corpus/sigma")) {
      if (entry.path().filename().string().starts_with("rules")) {
        ASSERT_TRUE(loader.add_path(entry.path().string()));
      }
    }
    auto program = Program::compile(loader.finish());
    ASSERT_TRUE(program) << program.error().text();
    program_ = std::move(*program);
  }
  static void TearDownTestSuite() { program_.reset(); }
  void SetUp() override {
    if (!program_) GTEST_SKIP() << "no shared corpus: set PICKET_SHARED";
  }
  // The rows of the expected hits whose file is an archive of JSON lines, of a size for this run.
  static std::vector<nlohmann::json> expected_rows() {
    std::vector<nlohmann::json> rows;
    std::ifstream in(root_ / "sigma-expected-dev.jsonl");
    for (std::string line; std::getline(in, line);) {
      nlohmann::json row = nlohmann::json::parse(line);
      if (!row["member"].is_string()) continue;
      if (std::getenv("PICKET_SLOW") == nullptr &&
          row["events"].get<size_t>() > kRecordsMaxByDefault)
        continue;
      rows.push_back(std::move(row));
    }
    return rows;
  }
  static inline fs::path root_;
  static inline std::unique_ptr<Program> program_;
};

// The expected counts come from an evaluator that leaves out two facts these exports do carry, so a
// rule that asks for one of them may match more often than it counted, never less:
// - Provider_Name, which they spell SourceName or source_name;
// - IntegrityLevel of a Security 4688, there called MandatoryLabel and written as a SID.
bool asks_for_what_the_reference_leaves_out(const Rule& rule) {
  return std::ranges::any_of(rule.predicates, [](const Predicate& predicate) {
    return predicate.field == "Provider_Name" || predicate.field == "IntegrityLevel";
  });
}

// Rows where the reference is wrong by the specification, each with the right count.
struct ReferenceError {
  std::string_view file_ends_with, rule;
  size_t right;
};
constexpr ReferenceError kReferenceErrors[] = {
    // "Mimikatz Use" is a list of keywords, which are looked for in every field (Sigma 2.1, keyword
    // lists). Five records hold lsadump:: in Message and CommandLine, three of Sysmon's event 1 and
    // two of 4688, none of them EventID 15; the reference counts none, though it counts the same
    // command lines for the rules of process creation.
    {"mimikatz_CVE-2020-1472_Unauthenticated_NetrServerAuthenticate2.zip",
     "06d71506-7beb-4f22-8888-e2e5e2ca7fd8", 5},
    // "AWS STS AssumeRole Misuse" (product aws, service cloudtrail) asks for userIdentity.type
    // AssumedRole and userIdentity.sessionContext.sessionIssuer.type Role. Eleven of the 103
    // CloudTrail events have both. CloudTrail nests its fields, and a rule names a nested one by its
    // path with dots; the reference looks for fields of these whole names, which no event has, and
    // so counts none of any rule for CloudTrail.
    {"ec2_proxy_s3_exfiltration.zip", "905d389b-b853-46d0-9d3d-dea0d3a3cd49", 11},
};

size_t right_count(std::string_view file, std::string_view rule, size_t expected) {
  for (const ReferenceError& error : kReferenceErrors)
    if (file.ends_with(error.file_ends_with) && rule == error.rule) return error.right;
  return expected;
}

TEST_F(Telemetry, HitsAreThoseExpected) {
  auto matcher = Matcher::create(*program_);
  ASSERT_TRUE(matcher);
  size_t rows = 0, hits_compared = 0;
  event::LogRecord record;
  for (const nlohmann::json& row : expected_rows()) {
    std::map<std::string, size_t> hits, wanted;
    std::map<std::string, bool> excused;
    for (const auto& hit : row["hits"]) wanted[hit["id"]] = hit["n"];
    size_t records = 0;
    for_each_archived_record(root_ / row["file"].get<std::string>(), [&](const std::string& member,
                                                                         nlohmann::json& object) {
      if (fs::path(member).filename() != fs::path(row["member"].get<std::string>()).filename())
        return;
      ASSERT_TRUE(read_json_record(object, record));
      ++records;
      for (uint32_t rule : matcher->evaluate(record)) {
        ++hits[program_->rules()[rule].about.id];
        excused[program_->rules()[rule].about.id] =
            asks_for_what_the_reference_leaves_out(program_->rules()[rule]);
      }
    });
    if (records != row["events"].get<size_t>())
      continue;  // a damaged archive: readers differ in what they save of it
    ++rows;
    for (const auto& [id, count] : hits) wanted.try_emplace(id, 0);
    for (const auto& [id, told] : wanted) {
      const size_t count = right_count(row["file"].get<std::string>(), id, told);
      hits_compared += count;
      if (hits[id] == count || (hits[id] > count && excused[id])) continue;
      ADD_FAILURE() << row["file"] << " " << id << ": " << hits[id] << ", expected " << count;
    }
  }
  EXPECT_GT(rows, 10u);
  EXPECT_GT(hits_compared, 100u);
}

TEST_F(Telemetry, CompiledAndPlainAgree) {
  constexpr size_t kEvery = 37;
  auto matcher = Matcher::create(*program_);
  ASSERT_TRUE(matcher);
  PlainEvaluator plain(program_->rules());
  event::LogRecord record;
  std::vector<uint32_t> slow;
  size_t seen = 0, compared = 0;
  for (const nlohmann::json& row : expected_rows()) {
    for_each_archived_record(
        root_ / row["file"].get<std::string>(), [&](const std::string&, nlohmann::json& object) {
          if (seen++ % kEvery != 0 || !read_json_record(object, record)) return;
          auto fast = matcher->evaluate(record);
          plain.evaluate(record, slow);
          ++compared;
          EXPECT_TRUE(std::ranges::equal(fast, slow)) << row["file"] << " record " << seen;
        });
  }
  EXPECT_GT(compared, 100u);
}

}  // namespace
}  // namespace picket::detect::sigma
