// SPDX-License-Identifier: Apache-2.0
#include "sensor/procfs/process_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sensor/fallback/fake_proc_tree.h"

namespace picket::sensor::procfs {
namespace {

using fallback::FakeProcTree;
using testing::ElementsAre;

TEST(ReadProcess, EverythingThatIsThere) {
  FakeProcTree tree;
  tree.process(1, 0, 5, "init");
  tree.process(10, 1, 500, "nginx");
  tree.file("10/cmdline", std::string("nginx\0-g\0", 9));
  tree.file("10/cgroup", "0::/web\n");
  tree.file("10/loginuid", "1000");
  tree.file("bin/nginx", "program");
  tree.link("10/exe", tree.path() + "/bin/nginx");
  tree.link("10/cwd", "/srv");
  tree.link("10/ns/net", "net:[4026531833]");
  tree.file("cgroup/web/tasks", "");
  auto read = read_process(tree.path(), 10, tree.path() + "/cgroup", MonoTime{7});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->seen.key, (event::ProcessKey{10, start_ns_from_ticks(500)}));
  EXPECT_EQ(read->seen.parent, (event::ProcessKey{1, start_ns_from_ticks(5)}));
  EXPECT_EQ(read->seen.origin, event::ProcessSeen::Origin::kFound);
  EXPECT_EQ(read->seen.at, MonoTime{7});
  EXPECT_EQ(read->seen.uid, 7u);
  EXPECT_EQ(read->seen.login_uid, 1000u);
  EXPECT_EQ(read->seen.command, "nginx");
  EXPECT_THAT(read->seen.arguments, ElementsAre("nginx", "-g"));
  EXPECT_FALSE(read->seen.arguments_truncated);
  EXPECT_EQ(read->seen.executable, tree.path() + "/bin/nginx");
  EXPECT_EQ(read->seen.file.size, 7u);
  EXPECT_EQ(read->seen.working_directory, "/srv");
  EXPECT_EQ(read->seen.network_namespace, 4026531833u);
  EXPECT_EQ(read->cgroup_path, "/web");
  struct stat folder {};
  ASSERT_EQ(::stat((tree.path() + "/cgroup/web").c_str(), &folder), 0);
  EXPECT_EQ(read->seen.cgroup_id, folder.st_ino);
}

TEST(ReadProcess, WhatMayNotBeReadStaysEmpty) {
  FakeProcTree tree;
  tree.process(10, 9, 500, "other");
  auto read = read_process(tree.path(), 10, "", MonoTime{});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->seen.executable, "");
  EXPECT_FALSE(read->seen.file.known());
  EXPECT_EQ(read->seen.login_uid, 0xffffffffu);
  EXPECT_EQ(read->seen.parent, (event::ProcessKey{9, 0}));  // a parent nobody can see
  EXPECT_EQ(read->seen.cgroup_id, 0u);
}

TEST(ReadProcess, YoungerParentIsAnotherLifeOfThePid) {
  FakeProcTree tree;
  tree.process(9, 1, 600, "newcomer");
  tree.process(10, 9, 500, "orphan");
  EXPECT_EQ(read_process(tree.path(), 10, "", MonoTime{})->seen.parent.start_ns, 0u);
}

TEST(ReadProcess, LongArgumentsAreCutAndSaySo) {
  FakeProcTree tree;
  tree.process(10, 1, 500, "x");
  tree.file("10/cmdline", std::string(kCommandLineMax + 1, 'a'));
  auto by_length = read_process(tree.path(), 10, "", MonoTime{});
  EXPECT_TRUE(by_length->seen.arguments_truncated);
  EXPECT_EQ(by_length->seen.arguments.at(0).size(), kCommandLineMax);
  std::string many;
  for (size_t i = 0; i <= kArgumentsMax; ++i) many += std::string("a\0", 2);
  tree.file("10/cmdline", many);
  auto by_count = read_process(tree.path(), 10, "", MonoTime{});
  EXPECT_TRUE(by_count->seen.arguments_truncated);
  EXPECT_EQ(by_count->seen.arguments.size(), kArgumentsMax);
}

TEST(ReadProcess, EffectiveUser) {
  FakeProcTree tree;
  tree.process(10, 1, 500, "sudo");
  tree.file("10/status", "Name:\tsudo\nUid:\t1000\t0\t0\t0\nGid:\t100\t5\t5\t5\nNStgid:\t10\t3\n");
  auto read = read_process(tree.path(), 10, "", MonoTime{});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->seen.uid, 0u);
  EXPECT_EQ(read->seen.gid, 5u);
  EXPECT_EQ(read->seen.pid_in_namespace, 3u);
}

TEST(ReadProcess, HybridHostsNameTheUnitElsewhere) {
  FakeProcTree tree;
  tree.process(10, 1, 500, "x");
  tree.file("10/cgroup", "9:name=systemd:/system.slice/a.service\n0::/\n");
  tree.file("cgroup/cgroup.procs", "");
  auto hybrid = read_process(tree.path(), 10, tree.path() + "/cgroup", MonoTime{});
  ASSERT_TRUE(hybrid);
  EXPECT_EQ(hybrid->seen.cgroup_path, "/system.slice/a.service");
  EXPECT_NE(hybrid->seen.cgroup_id, 0u);
  // Without the mount the path is all there is.
  tree.file("10/cgroup", "0::/system.slice/b.service\n");
  EXPECT_EQ(read_process(tree.path(), 10, "", MonoTime{})->seen.cgroup_path,
            "/system.slice/b.service");
}

TEST(ReadProcess, KernelThreadsRunNothing) {
  FakeProcTree tree;
  tree.file("10/stat", "10 (kworker/0:0) I 2 0 0 0 -1 69238880 0 0 0 0 0 0 0 0 20 0 1 0 500 0 0");
  tree.file("10/status", "Name:\tkworker\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n");
  tree.file("10/cmdline", "forged");
  auto read = read_process(tree.path(), 10, "", MonoTime{});
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->seen.kernel_thread);
  EXPECT_TRUE(read->seen.arguments.empty());
}

TEST(ReadProcess, CommandLineAlone) {
  FakeProcTree tree;
  tree.file("10/cmdline", std::string("a\0b\0", 4));
  EXPECT_THAT(read_command_line(tree.path(), 10)->arguments, ElementsAre("a", "b"));
  EXPECT_FALSE(read_command_line(tree.path(), 11));
}

TEST(ReadProcess, DeletedMemfdAndNearMisses) {
  FakeProcTree tree;
  tree.process(10, 1, 500, "x");
  tree.link("10/exe", "/memfd:x (deleted)");
  auto memfd = read_process(tree.path(), 10, "", MonoTime{});
  EXPECT_TRUE(memfd->seen.file_is_memfd);
  EXPECT_FALSE(memfd->seen.file_deleted);
  EXPECT_EQ(memfd->seen.executable, "memfd:x");
  tree.link("10/exe", "/nowhere/x (deleted)");
  EXPECT_TRUE(read_process(tree.path(), 10, "", MonoTime{})->seen.file_deleted);
  tree.file("x (deleted)", "alive");
  tree.link("10/exe", tree.path() + "/x (deleted)");
  auto alive = read_process(tree.path(), 10, "", MonoTime{});
  EXPECT_FALSE(alive->seen.file_deleted);
  EXPECT_EQ(alive->seen.executable, tree.path() + "/x (deleted)");
}

TEST(ReadProcess, GoneIsNothing) {
  FakeProcTree tree;
  EXPECT_FALSE(read_process(tree.path(), 10, "", MonoTime{}));
  EXPECT_FALSE(read_pulse(tree.path(), 10));
  tree.file("10/stat", "11 (another) S");
  EXPECT_FALSE(read_pulse(tree.path(), 10));
}

TEST(ReadProcess, ThisOne) {
  auto pid = static_cast<uint32_t>(::getpid());
  auto read = read_process("/proc", pid, find_cgroup_root("/proc"), MonoTime{});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->seen.key, read_pulse("/proc", pid)->key);
  EXPECT_EQ(read->seen.parent.pid, static_cast<uint32_t>(::getppid()));
  EXPECT_TRUE(read->seen.file.known());
  EXPECT_EQ(read->seen.executable, std::filesystem::read_symlink("/proc/self/exe").string());
  EXPECT_EQ(read->seen.uid, ::geteuid());
  EXPECT_NE(read->seen.network_namespace, 0u);
}

}  // namespace
}  // namespace picket::sensor::procfs
