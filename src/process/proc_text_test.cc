// SPDX-License-Identifier: Apache-2.0
#include "process/proc_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace picket::process {
namespace {

using testing::ElementsAre;
using namespace std::string_literals;
using namespace std::string_view_literals;

// Fields 4 to 22 of a stat line, with the given flags and start.
std::string stat_line(const std::string& command, const std::string& flags = "4194304") {
  return "77 (" + command + ") S 12 70 65 34817 70 " + flags +
         " 1 0 0 0 5 6 0 0 20 0 1 0 123456 1000 200 18446744073709551615 1 1 0\n";
}

TEST(StatLine, ReadsTheFields) {
  const std::string text = stat_line("nginx");
  const auto stat = parse_stat(text);
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->pid, 77u);
  EXPECT_EQ(stat->command, "nginx");
  EXPECT_EQ(stat->state, 'S');
  EXPECT_EQ(stat->parent_pid, 12u);
  EXPECT_EQ(stat->process_group, 70u);
  EXPECT_EQ(stat->session_id, 65u);
  EXPECT_EQ(stat->tty_number, 34817u);
  EXPECT_EQ(stat->start_ticks, 123456u);
  EXPECT_FALSE(stat->kernel_thread);
}

TEST(StatLine, CommandMayHoldAnything) {
  for (const std::string& command :
       {"a b"s, "x) R 1 1 1 0 -1 0 0"s, "((("s, ")"s, "new\nline"s, ""s, "Web Content"s}) {
    const std::string text = stat_line(command);
    const auto stat = parse_stat(text);
    ASSERT_TRUE(stat) << command;
    EXPECT_EQ(stat->command, command);
    EXPECT_EQ(stat->start_ticks, 123456u) << command;
  }
}

TEST(StatLine, KnowsKernelThreads) {
  const auto stat = parse_stat("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 4 0 0");
  ASSERT_TRUE(stat);
  EXPECT_TRUE(stat->kernel_thread);
  EXPECT_EQ(stat->parent_pid, 0u);
}

TEST(StatLine, RefusesWhatIsCutOrWrong) {
  const std::string whole = stat_line("nginx");
  const size_t start_field = whole.find("123456");
  for (size_t cut = 0; cut < start_field; ++cut)
    EXPECT_FALSE(parse_stat(std::string_view(whole).substr(0, cut))) << cut;
  EXPECT_FALSE(parse_stat("0 (x) S 1 1 1 0 0 0 1 0 0 0 5 6 0 0 20 0 1 0 5 0"));
  EXPECT_FALSE(parse_stat("x (x) S 1 1 1 0 0 0 1 0 0 0 5 6 0 0 20 0 1 0 5 0"));
  EXPECT_FALSE(parse_stat(") ("));
}

TEST(StatLine, NegativeIdsOfForeignNamespacesAreUnknown) {
  const auto stat = parse_stat("7 (x) S 0 -1 0 0 -1 0 1 0 0 0 5 6 0 0 20 0 1 0 5 0");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->process_group, 0u);
}

TEST(StatusText, ReadsIdsAndNamespaces) {
  const auto status = parse_status(
      "Name:\tx\nUmask:\t0022\nTgid:\t900\nPPid:\t1\nUid:\t1000\t0\t0\t0\nGid:\t100\t100\t100\t100\n"
      "NSpid:\t900\t17\t1\nThreads:\t4\nKthread:\t0\n");
  ASSERT_TRUE(status);
  EXPECT_EQ(status->thread_group, 900u);
  EXPECT_EQ(status->uid, 1000u);
  EXPECT_EQ(status->effective_uid, 0u);
  EXPECT_EQ(status->gid, 100u);
  EXPECT_EQ(status->threads, 4u);
  EXPECT_FALSE(status->kernel_thread);
  EXPECT_THAT(status->pids_in_namespaces, ElementsAre(900, 17, 1));
  EXPECT_TRUE(parse_status("Uid:\t0\nKthread:\t1\n")->kernel_thread);
}

TEST(StatusText, BoundsNamespacesAndNeedsAUid) {
  std::string text = "Uid:\t1\t1\t1\t1\nNSpid:";
  for (int i = 1; i <= 200; ++i) text += "\t" + std::to_string(i);
  EXPECT_EQ(parse_status(text)->pids_in_namespaces.size(), kNamespaceDepthMax);
  EXPECT_FALSE(parse_status("Name:\tx\n"));
  EXPECT_FALSE(parse_status(""));
}

TEST(CommandLineText, SplitsAtNul) {
  EXPECT_THAT(parse_command_line("ls\0-l\0\0x y\0"sv).arguments, ElementsAre("ls", "-l", "", "x y"));
  EXPECT_THAT(parse_command_line("nginx: master\0\0\0\0"sv).arguments, ElementsAre("nginx: master"));
  EXPECT_THAT(parse_command_line("no end"sv).arguments, ElementsAre("no end"));
  EXPECT_TRUE(parse_command_line("").arguments.empty());
  EXPECT_TRUE(parse_command_line("\0\0"sv).arguments.empty());
}

TEST(CommandLineText, BoundsBytesAndArguments) {
  const CommandLine longer = parse_command_line(std::string(kArgumentBytesMax + 1, 'a'));
  EXPECT_TRUE(longer.truncated);
  EXPECT_EQ(longer.arguments.at(0).size(), kArgumentBytesMax);
  EXPECT_FALSE(parse_command_line(std::string(kArgumentBytesMax, 'a')).truncated);
  std::string many;
  for (size_t i = 0; i <= kArgumentsMax; ++i) many += "a\0"s;
  const CommandLine bounded = parse_command_line(many);
  EXPECT_TRUE(bounded.truncated);
  EXPECT_EQ(bounded.arguments.size(), kArgumentsMax);
}

TEST(CgroupLinesText, FindsBothTrees) {
  const CgroupLines hybrid = parse_cgroup_lines(
      "9:name=systemd:/system.slice/a:b.service\n4:memory:/x\n0::/\n");
  EXPECT_EQ(hybrid.systemd, "/system.slice/a:b.service");
  EXPECT_EQ(hybrid.unified, "/");
  const CgroupLines unified = parse_cgroup_lines("0::/user.slice");
  EXPECT_EQ(unified.unified, "/user.slice");
  EXPECT_FALSE(unified.systemd);
  EXPECT_FALSE(parse_cgroup_lines("0:\n:::\n0::relative\n").unified);
}

TEST(LoginUid, ReadsANumber) {
  EXPECT_EQ(parse_login_uid("4294967295"), 0xffffffffu);
  EXPECT_EQ(parse_login_uid("1000\n"), 1000u);
  EXPECT_FALSE(parse_login_uid("4294967296"));
  EXPECT_FALSE(parse_login_uid("-1"));
  EXPECT_FALSE(parse_login_uid(""));
}

TEST(MountLineText, DecodesAndSkipsOptionalFields) {
  const auto mount = parse_mount_line(
      "36 35 98:1 /a /mnt/my\\040disk\\134x rw,noatime master:1 shared:7 - ext4 /dev/s\\011da rw");
  ASSERT_TRUE(mount);
  EXPECT_EQ(mount->major, 98u);
  EXPECT_EQ(mount->minor, 1u);
  EXPECT_EQ(mount->root, "/a");
  EXPECT_EQ(mount->mount_point, "/mnt/my disk\\x");
  EXPECT_EQ(mount->type, "ext4");
  EXPECT_EQ(mount->source, "/dev/s\tda");
  EXPECT_EQ(mount->super_options, "rw");
  EXPECT_FALSE(parse_mount_line("36 35 98:0 /a /b rw master:1"));
  EXPECT_FALSE(parse_mount_line("36 35 98 /a /b rw - ext4 x rw"));
  EXPECT_FALSE(parse_mount_line(""));
}

TEST(MountLineText, FindsTheUnifiedCgroupMount) {
  EXPECT_EQ(find_unified_cgroup_mount(
                "30 25 0:26 / /sys/fs/cgroup ro - tmpfs tmpfs ro\n"
                "31 30 0:27 /docker/x /sys/fs/cgroup/part rw - cgroup2 cgroup2 rw\n"
                "32 30 0:27 / /sys/fs/cgroup/unified rw shared:9 - cgroup2 cgroup2 rw\n"),
            "/sys/fs/cgroup/unified");
  EXPECT_FALSE(find_unified_cgroup_mount("30 25 0:26 / /sys/fs/cgroup ro - cgroup cgroup ro\n"));
}

TEST(ExecutableLinkText, TellsDeletedAndAnonymousFiles) {
  const auto plain = parse_executable_link("/usr/bin/a b");
  EXPECT_EQ(plain.path, "/usr/bin/a b");
  EXPECT_FALSE(plain.deleted);
  const auto deleted = parse_executable_link("/tmp/x (deleted)");
  EXPECT_EQ(deleted.path, "/tmp/x");
  EXPECT_TRUE(deleted.deleted);
  EXPECT_FALSE(deleted.memfd);
  const auto memfd = parse_executable_link("/memfd:payload (deleted)");
  EXPECT_EQ(memfd.path, "memfd:payload");
  EXPECT_TRUE(memfd.memfd);
  EXPECT_FALSE(parse_executable_link("/memfd:folder/x").memfd);
}

TEST(NamespaceLink, ReadsTheInode) {
  EXPECT_EQ(parse_namespace_link("net:[4026531840]"), 4026531840u);
  EXPECT_EQ(parse_namespace_link("net:[]"), 0u);
  EXPECT_EQ(parse_namespace_link("net:[12"), 0u);
  EXPECT_EQ(parse_namespace_link("net:[99999999999]"), 0u);
  EXPECT_EQ(parse_namespace_link(":["), 0u);
}

TEST(TerminalName, KnowsTheUsualDevices) {
  EXPECT_EQ(terminal_name(0), "");
  EXPECT_EQ(terminal_name(34816), "pts/0");
  EXPECT_EQ(terminal_name(34816 + 3), "pts/3");
  EXPECT_EQ(terminal_name(136 << 8 | 1 << 20 | 2), "pts/258");  // minor 258
  EXPECT_EQ(terminal_name(4 << 8 | 1), "tty1");
  EXPECT_EQ(terminal_name(4 << 8 | 64), "ttyS0");
  EXPECT_EQ(terminal_name(5 << 8 | 1), "console");
  EXPECT_EQ(terminal_name(99 << 8 | 7), "99:7");
}

}  // namespace
}  // namespace picket::process
