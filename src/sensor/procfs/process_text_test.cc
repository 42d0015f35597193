// SPDX-License-Identifier: Apache-2.0
#include "sensor/procfs/process_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace picket::sensor::procfs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

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

TEST(Stat, RefusesWhatIsNotOne) {
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

TEST(Arguments, SplitAtNulAndBounded) {
  EXPECT_THAT(split_arguments(std::string_view("a\0\0b c\0", 7), 9), ElementsAre("a", "", "b c"));
  EXPECT_THAT(split_arguments("no end", 9), ElementsAre("no end"));
  EXPECT_THAT(split_arguments(std::string_view("a\0b\0c\0", 6), 2), ElementsAre("a", "b"));
  EXPECT_THAT(split_arguments("", 2), IsEmpty());
}

TEST(Cgroup, UnifiedLineOnly) {
  EXPECT_EQ(unified_cgroup("4:memory:/x\n0::/system.slice/a.service\n"), "/system.slice/a.service");
  EXPECT_EQ(unified_cgroup("0::/"), "/");
  EXPECT_FALSE(unified_cgroup("4:memory:/x\n10::/y\n"));
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
}

}  // namespace
}  // namespace picket::sensor::procfs
