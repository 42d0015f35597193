// SPDX-License-Identifier: Apache-2.0
// The same rules in the kernel: nothing is attached, the tables are asked through a test run.
#include <bpf/bpf.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "enforce/firewall_object.h"
#include "enforce/kernel_tables.h"
#include "enforce/random_rules.h"

namespace picket::enforce {
namespace {

class KernelTest : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root";
    std::string pattern = (std::filesystem::temp_directory_path() / "picket-fw-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    pins_.emplace(folder_ + "/pins");
    if (const auto made = pins_->make(); !made) GTEST_SKIP() << made.error().text();
    auto object = FirewallObject::load(*pins_);
    if (!object) GTEST_SKIP() << object.error().text();
    object_ = std::move(*object);
    tables_.emplace(*pins_);
  }
  void TearDown() override {
    object_.reset();
    if (folder_.empty()) return;
    std::error_code ignored;
    std::filesystem::remove_all(folder_ + "/pins", ignored);
    umount2((folder_ + "/pins").c_str(), MNT_DETACH);
    std::filesystem::remove_all(folder_, ignored);
  }
  pf_answer ask(const pf_question& question) {
    uint8_t frame[PF_ASK_AT + sizeof(pf_ask)] = {};
    pf_ask ask{question, {}};
    std::memcpy(frame + PF_ASK_AT, &ask, sizeof ask);
    uint8_t back[sizeof frame] = {};
    LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_out = back,
                .data_size_in = sizeof frame, .data_size_out = sizeof back);
    EXPECT_EQ(bpf_prog_test_run_opts(object_->asking(), &run), 0);
    EXPECT_EQ(run.retval, 0u);
    std::memcpy(&ask, back + PF_ASK_AT, sizeof ask);
    return ask.answer;
  }

  std::string folder_;
  std::optional<Pins> pins_;
  std::unique_ptr<FirewallObject> object_;
  std::optional<KernelTables> tables_;
};

constexpr uint64_t kCgroup = 77;
const pf_executable kExecutable{5, 6, 0};

// Lets the kernel know of a program and a cgroup what the conversation says of them.
void tell(const KernelTables& tables, const Known& known) {
  const UniqueFd map = std::move(*tables.open("pf_executables"));
  const pf_program program{known.path, known.digest, 0};
  ASSERT_EQ(bpf_map_update_elem(map.get(), &kExecutable, &program, BPF_ANY), 0);
  ASSERT_TRUE(tables.set_units(kCgroup, {{known.unit[0], known.unit[1]}}));
}

TEST_F(KernelTest, AnswersAsTheTablesInUserSpaceDo) {
  for (uint32_t seed = 100; seed < 130; ++seed) {
    RandomRules random(seed);
    const auto rules = random.rules(seed % 40 + 1);
    const auto merged = merge_lists(random.lists());
    Names names;
    // Times that are over, or far from being it.
    const auto compiled = compile({rules.rules, true, *masks_of(merged), 0}, names);
    ASSERT_TRUE(compiled);
    Tables tables = *compiled;
    for (pf_rule& rule : tables.rules)
      if (rule.expires != PF_NEVER) rule.expires = rule.expires > kTestNow ? PF_NEVER - 1 : 1;
    ASSERT_TRUE(tables_->write(tables));
    ASSERT_TRUE(tables_->write_lists(merged));
    for (int i = 0; i < 60; ++i) {
      auto one = random.conversation();
      Known known = known_of(one, names);
      known.list_mask = list_mask_of(merged, one.remote);
      tell(*tables_, known);
      pf_question question = question_of(one);
      question.executable = kExecutable;
      question.cgroup = kCgroup;
      const pf_answer wanted = look_up(tables, question, known, kTestNow).answer;
      const pf_answer got = ask(question);
      EXPECT_EQ(got.rule, wanted.rule) << seed << " " << i;
      EXPECT_EQ(got.logged, wanted.logged) << seed << " " << i;
      EXPECT_EQ(got.action, wanted.action) << seed << " " << i;
    }
  }
}

TEST_F(KernelTest, GivesUpASearchAndCountsIt) {
  std::vector<respond::firewall::Rule> rules(PF_STEPS_MAX + 1);
  for (uint32_t i = 0; i < rules.size(); ++i) {
    rules[i].id = i + 1;
    rules[i].port = {80, 80};
    rules[i].action = respond::firewall::Action::kLog;
  }
  Names names;
  const auto tables = compile({rules, true, {}, 0}, names);
  ASSERT_TRUE(tables);
  ASSERT_TRUE(tables_->write(*tables));
  pf_question question{};
  question.remote.length = 128;
  question.remote.address[0] = 0x20;
  question.port = 80;
  question.protocol = 6;
  EXPECT_EQ(ask(question).logged, 1u);
  EXPECT_EQ(tables_->losses()->of[PF_SEARCH_CUT], 1u);
}

TEST_F(KernelTest, CountersOfRulesThatStayAreKept) {
  pf_rule rule{};
  rule.id = 4;
  ASSERT_TRUE(tables_->keep_hits({rule}));
  const UniqueFd map = std::move(*tables_->open("pf_hits"));
  const pf_hits some{3, 2, 1, 9};
  ASSERT_EQ(bpf_map_update_elem(map.get(), &rule.id, &some, BPF_ANY), 0);
  pf_rule other{};
  other.id = 5;
  ASSERT_TRUE(tables_->keep_hits({rule, other}));
  const auto hits = tables_->hits();
  ASSERT_TRUE(hits);
  ASSERT_EQ(hits->size(), 2u);
  for (const auto& [id, counted] : *hits) EXPECT_EQ(counted.hits, id == 4 ? 3u : 0u);
  ASSERT_TRUE(tables_->keep_hits({other}));
  EXPECT_EQ(tables_->hits()->size(), 1u);
}

}  // namespace
}  // namespace picket::enforce
