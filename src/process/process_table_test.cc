// SPDX-License-Identifier: Apache-2.0
#include "process/process_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/counter.h"
#include "process/cgroup_names.h"
#include "process/process_table_fixture.h"
#include "process/test_folder.h"
#include "process/user_names.h"

namespace picket::process {
namespace {

using testing::ElementsAre;

TEST_F(ProcessTableTest, ForkExecExit) {
  ProcessTable table = make();
  const ProcessKey shell = key(10, 1), child = key(11, 2);
  table.apply(exec(shell, key(1, 0), "/usr/bin/bash"));
  table.apply(fork(child, shell));
  EXPECT_EQ(table.name(child), "bash");
  EXPECT_EQ(table.find(child)->image, table.find(shell)->image);
  EXPECT_EQ(table.find(child)->uid, 7u);
  table.apply(exec(child, shell, "/usr/bin/curl"));
  EXPECT_EQ(table.name(child), "curl");
  EXPECT_EQ(table.name(shell), "bash");
  table.apply(exit(child, 3, 256));
  ASSERT_NE(table.find(child), nullptr);
  EXPECT_EQ(table.name(child), "curl");
  EXPECT_EQ(table.find(child)->exit_code, 256);
  EXPECT_EQ(table.running(), 1u);
  using Entry = std::pair<What, std::string>;
  EXPECT_THAT(changes_, ElementsAre(Entry{What::kStarted, "bash"}, Entry{What::kStarted, "bash"},
                                    Entry{What::kExecuted, "curl"}, Entry{What::kExited, "curl"}));
}

TEST_F(ProcessTableTest, FactsAreComplete) {
  TestFolder folder;
  UserNames users(folder.write("passwd", "www:x:33:33::/:/bin/sh\nann:x:1000:1000::/:/bin/sh\n"));
  CgroupNames cgroups("");
  ProcessTable table({&clock_, &users, &cgroups});
  table.apply(event::CgroupSeen{42, "/system.slice/docker-" + std::string(64, 'a') + ".scope"});
  event::ProcessSeen seen = exec(key(10, 500), key(1, 0), "/usr/sbin/nginx");
  seen.uid = 33;
  seen.login_uid = 1000;
  seen.cgroup_id = 42;
  seen.terminal = "pts/1";
  seen.session_id = 9;
  seen.working_directory = "/srv";
  seen.invoked_as = "nginx";
  seen.file_deleted = true;
  seen.pid_in_namespace = 3;
  table.apply(seen);
  const event::ProcessFacts facts = table.facts(key(10, 500));
  EXPECT_EQ(facts.name, "nginx (deleted)");
  EXPECT_EQ(facts.executable, "/usr/sbin/nginx");
  EXPECT_TRUE(facts.executable_deleted);
  EXPECT_THAT(facts.arguments, ElementsAre("/usr/sbin/nginx", "--flag"));
  EXPECT_EQ(facts.user, "www");
  EXPECT_EQ(facts.login_uid, 1000u);
  EXPECT_EQ(facts.login_user, "ann");
  EXPECT_EQ(facts.cgroup_id, 42u);
  EXPECT_EQ(facts.unit, "docker-" + std::string(64, 'a') + ".scope");
  EXPECT_EQ(facts.container, "docker:aaaaaaaaaaaa");
  EXPECT_EQ(facts.container_id, std::string(64, 'a'));
  EXPECT_EQ(facts.terminal, "pts/1");
  EXPECT_EQ(facts.session_id, 9u);
  EXPECT_EQ(facts.working_directory, "/srv");
  EXPECT_EQ(facts.pid_in_namespace, 3u);
  EXPECT_FALSE(facts.exited);
  ASSERT_EQ(facts.parents.size(), 1u);
  EXPECT_EQ(facts.parents[0].key, key(1, 0));
  table.apply(exit(key(10, 500), 990));
  // The clock stands at 1000 s of this boot and 2,000,000 s of wall time.
  EXPECT_EQ(table.facts(key(10, 500)).exited->ns, 1'999'990 * static_cast<int64_t>(kSecond));
}

TEST_F(ProcessTableTest, StartsAreToldTheSameEachTime) {
  ProcessTable table = make();
  table.apply(exec(key(10, 5), {}, "/bin/a"));
  const WallTime first = table.facts(key(10, 5)).started;
  EXPECT_EQ(table.facts(key(10, 5)).started, first);
}

TEST_F(ProcessTableTest, ExecReplacesTheImageOfOneOnly) {
  ProcessTable table = make();
  table.apply(exec(key(10, 1), {}, "/usr/sbin/apache2"));
  for (uint32_t pid = 11; pid < 14; ++pid) table.apply(fork(key(pid, 2), key(10, 1)));
  table.apply(exec(key(12, 2), key(10, 1), "/bin/dash"));
  EXPECT_EQ(table.name(key(11, 2)), "apache2");
  EXPECT_EQ(table.name(key(12, 2)), "dash");
  table.apply(exit(key(10, 1), 3));
  table.expire(at(1000));
  EXPECT_EQ(table.name(key(13, 2)), "apache2");
}

TEST_F(ProcessTableTest, PidReuseKeepsLivesApart) {
  ProcessTable table = make();
  table.apply(exec(key(10, 1), {}, "/bin/first"));
  table.apply(exit(key(10, 1), 2));
  table.apply(exec(key(10, 3), {}, "/bin/second"));
  EXPECT_EQ(table.name(key(10, 1)), "first");
  EXPECT_EQ(table.name(key(10, 3)), "second");
  EXPECT_EQ(table.name(key(10, 9)), "");
  EXPECT_EQ(table.find_running(10)->key, key(10, 3));
}

TEST_F(ProcessTableTest, AReusedPidEndsALifeWhoseExitWasLost) {
  ProcessTable table = make();
  const uint64_t before = Counter::value_of("process.exit_missed");
  table.apply(exec(key(10, 1), {}, "/bin/first"));
  table.apply(fork(key(10, 3), key(5, 1)));
  EXPECT_TRUE(table.find(key(10, 1))->exited);
  EXPECT_FALSE(table.find(key(10, 3))->exited);
  EXPECT_EQ(Counter::value_of("process.exit_missed"), before + 1);
  // A late record of a still earlier life does not end the present one.
  table.apply(exec(key(10, 0), {}, "/bin/earliest"));
  EXPECT_TRUE(table.find(key(10, 0))->exited);
  EXPECT_EQ(table.find_running(10)->key, key(10, 3));
}

TEST_F(ProcessTableTest, RecordsInAnyOrderGiveTheSame) {
  ProcessTable table = make();
  const ProcessKey parent = key(10, 1), child = key(11, 2);
  table.apply(exit(child, 4));                            // the end first
  table.apply(exec(child, parent, "/usr/bin/curl", 3));   // then what it ran
  table.apply(fork(child, parent, 2));                    // then its start
  table.apply(exec(parent, key(1, 0), "/usr/bin/bash"));  // then its parent
  const event::ProcessFacts facts = table.facts(child);
  EXPECT_EQ(facts.name, "curl");
  EXPECT_TRUE(facts.exited);
  ASSERT_GE(facts.parents.size(), 1u);
  EXPECT_EQ(facts.parents[0].name, "bash");
  EXPECT_EQ(table.running(), 1u);
  table.expire(at(1000));
  EXPECT_EQ(table.find(child), nullptr);
}

TEST_F(ProcessTableTest, KeysFromProcMatchExactOnes) {
  ProcessTable table = make();
  const ProcessKey exact{10, 5'001'234'567}, ticks{10, 5'000'000'000};
  event::ProcessSeen found = exec(ticks, {}, "/bin/a");
  found.origin = event::ProcessSeen::Origin::kFound;
  table.apply(found);
  EXPECT_EQ(table.name(exact), "a");
  table.apply(exec(exact, {}, "/bin/b"));  // the same process, now known exactly
  EXPECT_EQ(table.size(), 1u);
  EXPECT_EQ(table.find(ticks)->key, exact);
  EXPECT_EQ(table.name(ticks), "b");
  EXPECT_EQ(table.find({10, 5'001'234'568}), nullptr);  // two exact starts must agree
  EXPECT_EQ(table.find({10, 5'010'000'000}), nullptr);
}

TEST_F(ProcessTableTest, FoundAgainIsNoNews) {
  ProcessTable table = make();
  event::ProcessSeen found = exec(key(10, 1), {}, "/bin/a");
  found.origin = event::ProcessSeen::Origin::kFound;
  table.apply(found);
  table.apply(found);
  EXPECT_EQ(changes_.size(), 1u);
  found.executable = "/bin/b";
  table.apply(found);
  EXPECT_EQ(changes_.back().first, What::kExecuted);
}

TEST_F(ProcessTableTest, TheChainOfParentsSurvivesThem) {
  ProcessTable table = make();
  table.apply(exec(key(1, 0), {}, "/sbin/init"));
  table.apply(fork(key(20, 1), key(1, 0)));
  table.apply(exec(key(20, 1), key(1, 0), "/usr/sbin/sshd"));
  table.apply(fork(key(30, 2), key(20, 1)));
  table.apply(exec(key(30, 2), key(20, 1), "/usr/bin/bash"));
  table.apply(fork(key(40, 3), key(30, 2)));
  table.apply(exec(key(40, 3), key(30, 2), "/usr/bin/curl"));
  table.apply(exit(key(30, 2), 4));
  table.apply(exit(key(20, 1), 4));
  EXPECT_EQ(table.expire(at(500)), 2u);
  EXPECT_EQ(table.size(), 2u);
  const event::ProcessFacts facts = table.facts(key(40, 3));
  ASSERT_EQ(facts.parents.size(), 3u);
  EXPECT_EQ(facts.parents[0].name, "bash");
  EXPECT_EQ(facts.parents[0].key, key(30, 2));
  EXPECT_EQ(facts.parents[1].executable, "/usr/sbin/sshd");
  EXPECT_EQ(facts.parents[2].name, "init");
}

TEST_F(ProcessTableTest, ChildrenFoundBeforeTheirParentsAreLinked) {
  ProcessTable table = make();
  event::ProcessSeen child = exec({30, 9'000'000'000}, {900, 8'000'000'000}, "/bin/b");
  child.origin = event::ProcessSeen::Origin::kFound;
  table.apply(child);
  event::ProcessSeen parent = exec({900, 8'000'000'000}, {}, "/bin/a");
  parent.origin = event::ProcessSeen::Origin::kFound;
  table.apply(parent);
  ASSERT_EQ(table.facts(child.key).parents.size(), 1u);
  EXPECT_EQ(table.facts(child.key).parents[0].name, "a");
}

TEST_F(ProcessTableTest, GraceThenGone) {
  ProcessTable table = make();
  table.apply(exec(key(10, 1), {}, "/bin/a"));
  table.apply(exit(key(10, 1), 100));
  EXPECT_EQ(table.expire(at(219)), 0u);
  EXPECT_EQ(table.name(key(10, 1)), "a");
  EXPECT_EQ(table.expire(at(220)), 1u);
  EXPECT_EQ(table.find(key(10, 1)), nullptr);
}

TEST_F(ProcessTableTest, HeldProcessesOutliveTheirGrace) {
  ProcessTable table = make();
  table.apply(exec(key(10, 1), {}, "/bin/a"));
  EXPECT_TRUE(table.hold(key(10, 1)));
  EXPECT_TRUE(table.hold(key(10, 1)));
  EXPECT_FALSE(table.hold(key(11, 1)));
  table.apply(exit(key(10, 1), 2));
  EXPECT_EQ(table.expire(at(9000)), 0u);
  table.release(key(10, 1));
  EXPECT_EQ(table.expire(at(9001)), 0u);
  table.release(key(10, 1));
  table.release(key(10, 1));              // one too many does nothing
  EXPECT_EQ(table.expire(at(9002)), 0u);  // the grace begins anew
  EXPECT_EQ(table.expire(at(9200)), 1u);
}

TEST_F(ProcessTableTest, HybridCgroupPathsAreInheritedUntilMoved) {
  ProcessTable table = make();
  event::ProcessSeen found = exec(key(10, 1), {}, "/bin/a");
  found.cgroup_id = 1;
  found.cgroup_path = "/system.slice/a.service";
  table.apply(found);
  event::ProcessForked forked = fork(key(11, 2), key(10, 1));
  forked.cgroup_id = 1;
  table.apply(forked);
  event::ProcessSeen executed = exec(key(11, 2), key(10, 1), "/bin/b");
  executed.cgroup_id = 1;
  table.apply(executed);
  EXPECT_EQ(table.facts(key(11, 2)).unit, "a.service");
  table.apply(event::ProcessMoved{key(11, 2), 5});
  EXPECT_EQ(table.facts(key(11, 2)).unit, "");
  EXPECT_EQ(table.facts(key(11, 2)).cgroup_id, 5u);
}

TEST_F(ProcessTableTest, KernelThreadsAreToldApart) {
  ProcessTable table = make();
  event::ProcessSeen thread;
  thread.key = key(2, 0);
  thread.origin = event::ProcessSeen::Origin::kFound;
  thread.command = "kthreadd";
  table.apply(thread);
  table.apply(fork(key(90, 4), key(2, 0)));
  EXPECT_EQ(table.facts(key(2, 0)).name, "kthreadd");
  EXPECT_TRUE(table.facts(key(90, 4)).kernel_thread);
  table.apply(exec(key(90, 4), key(2, 0), "/sbin/modprobe"));
  EXPECT_FALSE(table.facts(key(90, 4)).kernel_thread);
}

TEST_F(ProcessTableTest, UnknownProcessesHaveOnlyTheirKey) {
  ProcessTable table = make();
  const event::ProcessFacts facts = table.facts(key(10, 1));
  EXPECT_EQ(facts.key, key(10, 1));
  EXPECT_EQ(facts.name, "");
  EXPECT_TRUE(facts.parents.empty());
  const uint64_t before = Counter::value_of("process.parent_unknown");
  table.apply(fork(key(11, 2), key(10, 1)));
  EXPECT_EQ(table.name(key(11, 2)), "");
  EXPECT_EQ(Counter::value_of("process.parent_unknown"), before + 1);
}

}  // namespace
}  // namespace picket::process
