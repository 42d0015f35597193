// SPDX-License-Identifier: Apache-2.0
#include "process/process_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/file_identity.h"
#include "process/test_folder.h"

namespace picket::process {
namespace {

using testing::ElementsAre;
using namespace std::string_view_literals;

std::string stat_text(uint32_t pid, uint32_t parent, uint64_t start, std::string_view command = "x",
                      uint32_t flags = 4194304) {
  return std::to_string(pid) + " (" + std::string(command) + ") S " + std::to_string(parent) +
         " 70 65 34819 70 " + std::to_string(flags) + " 1 0 0 0 5 6 0 0 20 0 1 0 " +
         std::to_string(start) + " 1000 200\n";
}

// A /proc of two processes and a cgroup tree.
class ProcessReaderTest : public testing::Test {
 protected:
  ProcessReaderTest() {
    root_.write("proc/50/stat", stat_text(50, 1, 100, "sh"));
    root_.write("proc/77/stat", stat_text(77, 50, 500, "a) b"));
    root_.write("proc/77/status", "Uid:\t1000\t1000\t1000\t1000\nGid:\t100\t100\t100\t100\nNSpid:\t77\t5\n");
    root_.write("proc/77/cmdline", "a\0-x\0"sv);
    root_.write("proc/77/loginuid", "1000");
    root_.write("proc/77/cgroup", "0::/system.slice/a.service\n");
    root_.link("net:[4026531840]", "proc/77/ns/net");
    root_.link("mnt:[4026531841]", "proc/77/ns/mnt");
    root_.link("/home/a", "proc/77/cwd");
    executable_ = root_.write("bin/a", "program");
    root_.link(executable_, "proc/77/exe");
    root_.write("proc/version", "not a process");
    unit_ = root_.folder("cgroup/system.slice/a.service");
  }
  ProcessReader reader() const { return ProcessReader(root_.path() + "/proc", root_.path() + "/cgroup"); }

  TestFolder root_;
  std::string executable_, unit_;
};

TEST_F(ProcessReaderTest, ReadsEverything) {
  const auto seen = reader().read(77, MonoTime{9});
  ASSERT_TRUE(seen) << seen.error().text();
  EXPECT_EQ(seen->key, (event::ProcessKey{77, 5'000'000'000}));
  EXPECT_EQ(seen->parent, (event::ProcessKey{50, 1'000'000'000}));
  EXPECT_EQ(seen->origin, event::ProcessSeen::Origin::kFound);
  EXPECT_EQ(seen->at, MonoTime{9});
  EXPECT_EQ(seen->command, "a) b");
  EXPECT_EQ(seen->uid, 1000u);
  EXPECT_EQ(seen->gid, 100u);
  EXPECT_EQ(seen->login_uid, 1000u);
  EXPECT_EQ(seen->session_id, 65u);
  EXPECT_EQ(seen->terminal, "pts/3");
  EXPECT_EQ(seen->pid_in_namespace, 5u);
  EXPECT_EQ(seen->network_namespace, 4026531840u);
  EXPECT_EQ(seen->mount_namespace, 4026531841u);
  EXPECT_EQ(seen->pid_namespace, 0u);
  EXPECT_THAT(seen->arguments, ElementsAre("a", "-x"));
  EXPECT_EQ(seen->working_directory, "/home/a");
  EXPECT_EQ(seen->executable, executable_);
  EXPECT_FALSE(seen->file_deleted);
  struct stat status {};
  ASSERT_EQ(::stat(executable_.c_str(), &status), 0);
  EXPECT_EQ(seen->file, identity_of(status));
  ASSERT_EQ(::stat(unit_.c_str(), &status), 0);
  EXPECT_EQ(seen->cgroup_id, status.st_ino);
  EXPECT_EQ(seen->cgroup_path, "");
}

TEST_F(ProcessReaderTest, DeletedAndAnonymousExecutables) {
  std::filesystem::remove(root_.path() + "/proc/77/exe");
  root_.link("/usr/bin/gone (deleted)", "proc/77/exe");
  auto seen = reader().read(77, {});
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->executable, "/usr/bin/gone");
  EXPECT_TRUE(seen->file_deleted);
  EXPECT_FALSE(seen->file.known());
  std::filesystem::remove(root_.path() + "/proc/77/exe");
  root_.link("/memfd:x (deleted)", "proc/77/exe");
  seen = reader().read(77, {});
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->executable, "memfd:x");
  EXPECT_TRUE(seen->file_is_memfd);
  EXPECT_FALSE(seen->file_deleted);
}

TEST_F(ProcessReaderTest, AFileMayReallyBeCalledDeleted) {
  const std::string odd = root_.write("bin/odd (deleted)", "program");
  std::filesystem::remove(root_.path() + "/proc/77/exe");
  root_.link(odd, "proc/77/exe");
  const auto seen = reader().read(77, {});
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->executable, odd);
  EXPECT_FALSE(seen->file_deleted);
}

TEST_F(ProcessReaderTest, HybridHostsNameTheUnitElsewhere) {
  root_.write("proc/77/cgroup", "9:name=systemd:/system.slice/a.service\n0::/\n");
  const auto seen = reader().read(77, {});
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->cgroup_path, "/system.slice/a.service");
  struct stat status {};
  ASSERT_EQ(::stat((root_.path() + "/cgroup/").c_str(), &status), 0);
  EXPECT_EQ(seen->cgroup_id, status.st_ino);
}

TEST_F(ProcessReaderTest, AParentThatStartedLaterIsNoParent) {
  root_.write("proc/50/stat", stat_text(50, 1, 501));
  const auto seen = reader().read(77, {});
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->parent, (event::ProcessKey{50, 0}));
}

TEST_F(ProcessReaderTest, KernelThreadsRunNothing) {
  root_.write("proc/77/stat", stat_text(77, 2, 500, "kworker/0:0", 0x00200000));
  const auto seen = reader().read(77, {});
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->kernel_thread);
  EXPECT_TRUE(seen->arguments.empty());
  EXPECT_EQ(seen->executable, "");
}

TEST_F(ProcessReaderTest, WhatMayNotBeSeenIsEmptyAndWhatIsGoneAnError) {
  for (const char* name : {"exe", "cwd", "ns/net", "ns/mnt", "loginuid", "cgroup", "cmdline"})
    std::filesystem::remove(root_.path() + "/proc/77/" + name);
  const auto seen = reader().read(77, {});
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->executable, "");
  EXPECT_EQ(seen->login_uid, 0xffffffffu);
  EXPECT_EQ(seen->uid, 1000u);
  EXPECT_FALSE(reader().read(78, {}));
  root_.write("proc/77/stat", "77 (x");
  EXPECT_FALSE(reader().read(77, {}));
}

TEST_F(ProcessReaderTest, ListsPids) {
  const auto pids = reader().pids();
  ASSERT_TRUE(pids);
  EXPECT_THAT(*pids, ElementsAre(50, 77));
}

TEST(ProcessReaderReal, ReadsThisVeryProcess) {
  const auto pid = static_cast<uint32_t>(::getpid());
  const auto seen = read_process("/proc", pid, {});
  ASSERT_TRUE(seen) << seen.error().text();
  EXPECT_EQ(seen->executable, std::filesystem::read_symlink("/proc/self/exe").string());
  EXPECT_EQ(seen->working_directory, std::filesystem::current_path().string());
  EXPECT_EQ(seen->uid, ::getuid());
  EXPECT_EQ(seen->parent.pid, static_cast<uint32_t>(::getppid()));
  EXPECT_NE(seen->network_namespace, 0u);
  EXPECT_TRUE(seen->file.known());
  EXPECT_GT(seen->key.start_ns, seen->parent.start_ns);
}

}  // namespace
}  // namespace picket::process
