// SPDX-License-Identifier: Apache-2.0
#include "sensor/procfs/process_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace picket::sensor::procfs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr std::string_view kFields =
    " S 10 1234 1200 34817 1234 4194304 1 0 0 0 0 0 0 0 20 0 1 0 98765 1000000 100\n";

TEST(Stat, NameMayHoldAnything) {
  std::string text = "1234 (a) R (b\n) 7" + std::string(")") + std::string(kFields);
  auto stat = parse_stat(text);
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->pid, 1234u);
  EXPECT_EQ(stat->command, "a) R (b\n) 7");
  EXPECT_EQ(stat->state, 'S');
  EXPECT_EQ(stat->parent_pid, 10u);
  EXPECT_EQ(stat->session_id, 1200u);
  EXPECT_EQ(stat->start_ticks, 98765u);
  EXPECT_EQ(terminal_name(stat->terminal_device), "pts/1");
}

TEST(Stat, KnowsKernelThreads) {
  auto stat = parse_stat("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 4 0 0");
  ASSERT_TRUE(stat);
  EXPECT_TRUE(stat->kernel_thread);
  EXPECT_EQ(stat->parent_pid, 0u);
  EXPECT_FALSE(parse_stat("1234 (x)" + std::string(kFields))->kernel_thread);
}

TEST(Stat, SessionsOfForeignNamespacesAreUnknown) {
  auto stat = parse_stat("7 (x) S 0 -1 -1 0 -1 0 1 0 0 0 5 6 0 0 20 0 1 0 5 0");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->session_id, 0u);
}

TEST(Stat, RefusesEveryCut) {
  std::string whole = "1234 (nginx)" + std::string(kFields);
  size_t start_field = whole.find("98765");
  for (size_t cut = 0; cut < start_field; ++cut)
    EXPECT_FALSE(parse_stat(std::string_view(whole).substr(0, cut))) << cut;
  EXPECT_TRUE(parse_stat(std::string_view(whole).substr(0, start_field + 5)));
}

TEST(Stat, RefusesWhatIsNotOne) {
  EXPECT_FALSE(parse_stat("0 (x)" + std::string(kFields)));
  EXPECT_FALSE(parse_stat(""));
  EXPECT_FALSE(parse_stat("1234 (sh"));
  EXPECT_FALSE(parse_stat("1234 (sh)"));
  EXPECT_FALSE(parse_stat("x (sh)" + std::string(kFields)));
  EXPECT_FALSE(parse_stat("1234 (sh) S 1 2 3 4 5 6 7"));
  EXPECT_FALSE(parse_stat(")1 ("));
}

TEST(Status, TakesEffectiveIdsAndInnermostPid) {
  auto status = parse_status(
      "Name:\tx\nUid:\t1000\t0\t1000\t1000\nGid:\t100\t5\t100\t100\nNStgid:\t1234\t77\t7\n"
      "CapEff:\t000001ffffffffff\n");
  ASSERT_TRUE(status);
  EXPECT_EQ(status->uid, 0u);
  EXPECT_EQ(status->gid, 5u);
  EXPECT_EQ(status->pid_in_namespace, 7u);
  EXPECT_EQ(status->capabilities, 0x1ffffffffffu);
}

TEST(Status, NameLineIsNeverReadAsAnother) {
  EXPECT_FALSE(parse_status("Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n"));  // the first line is the name
  EXPECT_FALSE(parse_status("Name:\tx\nUid:\t\nGid:\t0\t0\n"));
}

TEST(Status, SurvivesKernelsWithoutNamespacesAndOddNumbers) {
  auto status = parse_status("Name:\tx\nUid:\t1\t2\t3\t4\nGid:\t1\t2\t3\t4\n");
  ASSERT_TRUE(status);
  EXPECT_EQ(status->pid_in_namespace, 0u);
  EXPECT_FALSE(parse_status("Name:\tx\nUid:\t0\t4294967296\nGid:\t0\t0\n"));
  EXPECT_FALSE(parse_status("Name:\tx\nUid:\t0\t0\nGid:\t0\t0\nNStgid:\tx\n"));
  EXPECT_FALSE(parse_status(""));
}

TEST(Arguments, SplitAtNul) {
  EXPECT_THAT(parse_command_line("ls\0-l\0\0x y\0"sv).arguments,
              ElementsAre("ls", "-l", "", "x y"));
  EXPECT_THAT(parse_command_line("nginx: master\0\0\0\0"sv).arguments,
              ElementsAre("nginx: master"));
  EXPECT_THAT(parse_command_line("no end").arguments, ElementsAre("no end"));
  EXPECT_THAT(parse_command_line("").arguments, IsEmpty());
  EXPECT_THAT(parse_command_line("\0\0"sv).arguments, IsEmpty());
}

TEST(Arguments, BoundedInBytesAndNumber) {
  CommandLine longer = parse_command_line(std::string(kCommandLineMax + 1, 'a'));
  EXPECT_TRUE(longer.truncated);
  EXPECT_EQ(longer.arguments.at(0).size(), kCommandLineMax);
  EXPECT_FALSE(parse_command_line(std::string(kCommandLineMax, 'a')).truncated);
  std::string many;
  for (size_t i = 0; i <= kArgumentsMax; ++i) many += "a\0"s;
  CommandLine bounded = parse_command_line(many);
  EXPECT_TRUE(bounded.truncated);
  EXPECT_EQ(bounded.arguments.size(), kArgumentsMax);
}

TEST(Cgroup, FindsBothTrees) {
  CgroupLines hybrid =
      parse_cgroup_lines("9:name=systemd:/system.slice/a:b.service\n4:memory:/x\n0::/\n");
  EXPECT_EQ(hybrid.systemd, "/system.slice/a:b.service");
  EXPECT_EQ(hybrid.unified, "/");
  CgroupLines unified = parse_cgroup_lines("4:memory:/x\n0::/user.slice");
  EXPECT_EQ(unified.unified, "/user.slice");
  EXPECT_FALSE(unified.systemd);
  EXPECT_FALSE(parse_cgroup_lines("4:memory:/x\n10::/y\n0:\n:::\n0::relative\n").unified);
}

TEST(LoginUid, ReadsANumber) {
  EXPECT_EQ(parse_login_uid("4294967295"), 0xffffffffu);
  EXPECT_EQ(parse_login_uid("1000\n"), 1000u);
  EXPECT_FALSE(parse_login_uid("4294967296"));
  EXPECT_FALSE(parse_login_uid("-1"));
  EXPECT_FALSE(parse_login_uid(""));
}

TEST(InodeLink, ExactFormOnly) {
  EXPECT_EQ(parse_inode_link("socket:[77]", "socket"), 77u);
  EXPECT_EQ(parse_inode_link("net:[4026531833]", "net"), 4026531833u);
  for (const char* other : {"socket:[]", "socket:[7", "socket:7", "socket:[-7]", "socket:[7 ]",
                            "socket:[99999999999999999999999]", "pipe:[7]", "/socket:[7]", ""}) {
    EXPECT_FALSE(parse_inode_link(other, "socket")) << other;
  }
}

TEST(Terminal, Names) {
  EXPECT_EQ(terminal_name(0), "");
  EXPECT_EQ(terminal_name(136 << 8 | 3), "pts/3");
  EXPECT_EQ(terminal_name(136 << 8 | 0x10 << 16 << 4 | 1), "pts/" + std::to_string(0x1001));
  EXPECT_EQ(terminal_name(4 << 8 | 1), "tty1");
  EXPECT_EQ(terminal_name(4 << 8 | 64), "ttyS0");
  EXPECT_EQ(terminal_name(5 << 8 | 1), "console");
  EXPECT_EQ(terminal_name(188 << 8 | 2), "ttyUSB2");
  EXPECT_EQ(terminal_name(99 << 8 | 7), "99:7");
}

TEST(Executable, DeletedAndMemfd) {
  ExecutableLink plain = parse_executable_link("/usr/bin/nc");
  EXPECT_EQ(plain.path, "/usr/bin/nc");
  EXPECT_FALSE(plain.deleted || plain.memfd);
  ExecutableLink deleted = parse_executable_link("/tmp/x (deleted)");
  EXPECT_EQ(deleted.path, "/tmp/x");
  EXPECT_TRUE(deleted.deleted && !deleted.memfd);
  ExecutableLink memfd = parse_executable_link("/memfd:a b (deleted)");
  EXPECT_EQ(memfd.path, "memfd:a b");
  EXPECT_TRUE(memfd.deleted && memfd.memfd);
  EXPECT_FALSE(parse_executable_link("/memfd:a").memfd);  // a file may be called that
}

TEST(Mounts, OptionalFieldsAndEscapes) {
  auto mounts = find_mounts(
      "23 1 0:1 / / rw shared:1 master:2 - ext4 /dev/vda rw\n"
      "30 23 0:26 / /sys/fs/c\\040g rw,nosuid shared:9 - cgroup2 none rw,nsdelegate\n"
      "nonsense\n31 23 0:27 / - cgroup2\n",
      "cgroup2");
  ASSERT_EQ(mounts.size(), 1u);
  EXPECT_EQ(mounts[0].mount_point, "/sys/fs/c g");
  EXPECT_EQ(mounts[0].mount_options, "rw,nosuid");
  EXPECT_EQ(mounts[0].options, "rw,nsdelegate");
  EXPECT_EQ(mounts[0].root, "/");
}

TEST(Mounts, UnifiedCgroupMustBeMountedWhole) {
  EXPECT_EQ(find_unified_cgroup_mount(
                "30 25 0:26 / /sys/fs/cgroup ro - tmpfs tmpfs ro\n"
                "31 30 0:27 /docker/x /sys/fs/cgroup/part rw - cgroup2 cgroup2 rw\n"
                "32 30 0:27 / /sys/fs/cgroup/unified rw shared:9 - cgroup2 cgroup2 rw\n"),
            "/sys/fs/cgroup/unified");
  EXPECT_FALSE(find_unified_cgroup_mount("30 25 0:26 / /sys/fs/cgroup ro - cgroup cgroup ro\n"));
}

TEST(Mounts, NoMoreLinesThanStated) {
  const std::string line = "30 25 0:26 / /x rw - cgroup2 none rw\n";
  std::string text;
  for (size_t i = 0; i < kMountLinesMax + 2; ++i) text += line;
  EXPECT_EQ(find_mounts(text, "cgroup2").size(), kMountLinesMax);
}

}  // namespace
}  // namespace picket::sensor::procfs
