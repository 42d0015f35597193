// SPDX-License-Identifier: Apache-2.0
#include "process/cgroup_names.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/counter.h"
#include "process/test_folder.h"

namespace picket::process {
namespace {

uint64_t inode(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_ino;
}

constexpr MonoTime at_second(uint64_t seconds) { return MonoTime{seconds * kNsPerSecond}; }

TEST(CgroupNames, WalksTheTree) {
  TestFolder root;
  const std::string unit = root.folder("system.slice/nginx.service");
  root.write("system.slice/cgroup.procs", "1\n");
  CgroupNames names(root.path());
  EXPECT_EQ(names.walk(at_second(1)), 3u);
  EXPECT_EQ(names.known_path(inode(unit)), "/system.slice/nginx.service");
  EXPECT_EQ(names.known_path(inode(root.path())), "/");
}

TEST(CgroupNames, AMissWalksAgainButNotTooOften) {
  TestFolder root;
  CgroupNames names(root.path());
  EXPECT_EQ(names.path(inode(root.path()), at_second(10)), "/");
  const uint64_t later = inode(root.folder("later.scope"));
  EXPECT_EQ(names.path(later, at_second(11)), "");
  EXPECT_EQ(names.path(later, at_second(15)), "/later.scope");
  EXPECT_EQ(names.path(0, at_second(30)), "");
}

TEST(CgroupNames, KeepsWhatASensorSaysAndIsBounded) {
  CgroupNames names("", 3);
  const uint64_t before = Counter::value_of("process.cgroups_evicted");
  for (uint64_t id = 1; id <= 4; ++id) names.add(id, "/c" + std::to_string(id));
  names.add(4, "/renamed");
  names.add(5, "");
  EXPECT_EQ(names.size(), 3u);
  EXPECT_EQ(names.known_path(1), "");
  EXPECT_EQ(names.known_path(4), "/renamed");
  EXPECT_EQ(Counter::value_of("process.cgroups_evicted"), before + 1);
  EXPECT_FALSE(names.walk(at_second(1)));
}

TEST(CgroupNames, AWalkEndsAtTheBounds) {
  TestFolder root;
  for (int i = 0; i < 5; ++i) root.folder("c" + std::to_string(i));
  const uint64_t before = Counter::value_of("process.cgroup_walk_bounded");
  CgroupNames few(root.path(), 3);
  EXPECT_EQ(few.walk(at_second(1)), 3u);
  EXPECT_EQ(Counter::value_of("process.cgroup_walk_bounded"), before + 1);
  TestFolder deep;
  std::string name = "d";
  for (size_t i = 0; i < CgroupNames::kDepthMax + 5; ++i) name += "/d";
  deep.folder(name);
  CgroupNames bounded(deep.path());
  EXPECT_EQ(bounded.walk(at_second(1)), CgroupNames::kDepthMax + 1);
  EXPECT_EQ(Counter::value_of("process.cgroup_walk_bounded"), before + 2);
}

TEST(CgroupNames, ANameMayHaveAnyByte) {
  TestFolder root;
  const uint64_t id = inode(root.folder("a\nb\x1b"));
  CgroupNames names(root.path());
  EXPECT_EQ(names.path(id, at_second(1)), "/a\nb\x1b");
}

}  // namespace
}  // namespace picket::process
