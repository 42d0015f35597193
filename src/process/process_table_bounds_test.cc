// SPDX-License-Identifier: Apache-2.0
// Every bound of the process table, reached.
#include <gtest/gtest.h>

#include "base/counter.h"
#include "process/process_table.h"
#include "process/process_table_fixture.h"
#include "process/test_folder.h"

namespace picket::process {
namespace {

TEST_F(ProcessTableTest, ChildrenWaitingForParentsAreBounded) {
  ProcessTable table = make();
  const uint64_t before = Counter::value_of("process.waiting_children_bounded");
  for (uint32_t i = 0; i < kWaitingChildrenMax + 3; ++i)
    table.apply(fork(key(100'000 + i, 2), key(50'000 + i, 1)));
  EXPECT_EQ(Counter::value_of("process.waiting_children_bounded"), before + 3);
}

TEST_F(ProcessTableTest, AnEndlessChainOfForksStaysBounded) {
  ProcessTable table = make();
  const uint64_t before = Counter::value_of("process.lineage_cut");
  table.apply(exec(key(1, 0), {}, "/bin/a"));
  ProcessKey last = key(1, 0);
  for (uint32_t i = 2; i < 20'000; ++i) {
    const ProcessKey next{i, last.start_ns + 1'000'003};
    table.apply(fork(next, last, i));
    table.apply(exit(last, i));
    table.expire(at(i));
    last = next;
  }
  EXPECT_LE(table.size(), 200u);
  EXPECT_EQ(table.facts(last).parents.size(), Lineage::kDepthMax);
  EXPECT_GT(Counter::value_of("process.lineage_cut"), before);
}

TEST_F(ProcessTableTest, HeldExitedProcessesAreBounded) {
  ProcessLimits limits;
  limits.exited_held_max = 5;
  ProcessTable table = make(limits);
  const uint64_t before = Counter::value_of("process.held_evicted");
  for (uint32_t pid = 10; pid < 20; ++pid) {
    table.apply(exec(key(pid, pid), {}, "/bin/a"));
    table.hold(key(pid, pid));
    table.apply(exit(key(pid, pid), pid));
  }
  EXPECT_EQ(table.size(), 5u);
  EXPECT_EQ(table.find(key(14, 14)), nullptr);
  EXPECT_NE(table.find(key(15, 15)), nullptr);
  EXPECT_EQ(Counter::value_of("process.held_evicted"), before + 5);
}

TEST_F(ProcessTableTest, AFullTableForgetsTheExitedFirst) {
  ProcessLimits limits;
  limits.processes_max = 4;
  ProcessTable table = make(limits);
  const uint64_t before = Counter::value_of("process.evicted");
  const uint64_t running_before = Counter::value_of("process.evicted_running");
  for (uint32_t pid = 1; pid <= 4; ++pid) table.apply(exec(key(pid, pid), {}, "/bin/a"));
  table.hold(key(1, 1));
  table.apply(exit(key(3, 3), 10));
  table.apply(exit(key(2, 2), 11));
  table.apply(exec(key(5, 20), {}, "/bin/a"));
  EXPECT_EQ(table.find(key(3, 3)), nullptr);  // exited longest ago
  table.apply(exec(key(6, 21), {}, "/bin/a"));
  EXPECT_EQ(table.find(key(2, 2)), nullptr);
  EXPECT_EQ(Counter::value_of("process.evicted_running"), running_before);
  table.apply(exec(key(7, 22), {}, "/bin/a"));
  EXPECT_EQ(table.find(key(4, 4)), nullptr);  // running, longest unheard of, not held
  EXPECT_NE(table.find(key(1, 1)), nullptr);
  EXPECT_EQ(table.size(), 4u);
  EXPECT_EQ(Counter::value_of("process.evicted"), before + 3);
  EXPECT_EQ(Counter::value_of("process.evicted_running"), running_before + 1);
}

TEST_F(ProcessTableTest, ManyShortLivesStayWithinBounds) {
  ProcessLimits limits;
  limits.processes_max = 1000;
  ProcessTable table(ProcessContext{&clock_}, limits);
  table.apply(exec(key(1, 0), {}, "/sbin/init"));
  table.hold(key(1, 0));
  for (uint32_t i = 0; i < 50'000; ++i) {
    const ProcessKey child{2 + i % 30'000, 2 * kSecond + i * 500'007ull};
    table.apply(fork(child, key(1, 0), 3));
    table.apply(exec(child, key(1, 0), "/usr/bin/true", 3));
    ASSERT_EQ(table.name(child), "true");
    table.apply(exit(child, 3));
    ASSERT_LE(table.size(), 1000u);
  }
  EXPECT_EQ(table.running(), 1u);
  EXPECT_EQ(table.name(key(1, 0)), "init");
}

TEST_F(ProcessTableTest, LongTextsAreCutAndCounted) {
  ProcessTable table = make();
  const uint64_t texts = Counter::value_of("process.text_bounded");
  const uint64_t arguments = Counter::value_of("process.arguments_bounded");
  event::ProcessSeen seen = exec(key(10, 1), {}, "/" + std::string(5000, 'x'));
  seen.arguments = {"a", std::string(3000, 'b'), std::string(3000, 'c'), "d"};
  table.apply(seen);
  const event::ProcessFacts facts = table.facts(key(10, 1));
  EXPECT_EQ(facts.executable.size(), kPathBytesMax);
  EXPECT_TRUE(facts.arguments_truncated);
  ASSERT_EQ(facts.arguments.size(), 3u);
  EXPECT_EQ(facts.arguments[1].size(), 3000u);
  EXPECT_LE(3001 + 2 + facts.arguments[2].size() + 1, kArgumentBytesMax);
  EXPECT_GT(Counter::value_of("process.text_bounded"), texts);
  EXPECT_EQ(Counter::value_of("process.arguments_bounded"), arguments + 1);
}

}  // namespace
}  // namespace picket::process
