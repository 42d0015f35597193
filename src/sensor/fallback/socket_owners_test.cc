// SPDX-License-Identifier: Apache-2.0
#include "sensor/fallback/socket_owners.h"

#include <gtest/gtest.h>

#include "sensor/fallback/fake_proc_tree.h"
#include "sensor/procfs/process_reader.h"

namespace picket::sensor::fallback {
namespace {

const SocketOwner* holder(const SocketOwners& owners, uint64_t inode, uint32_t pid) {
  for (const SocketOwner& item : owners.holders) {
    if (item.inode == inode && item.pid == pid) return &item;
  }
  return nullptr;
}

TEST(CollectSocketOwners, LinksOfAllProcesses) {
  FakeProcTree tree;
  tree.process(10, 1, 500, "a b) S");
  tree.descriptor(10, 3, "socket:[77]");
  tree.descriptor(10, 4, "socket:[77]");  // dup(): still one holder
  tree.descriptor(10, 5, "/tmp/socket:[78]");
  tree.descriptor(10, 6, "pipe:[79]");
  tree.process(11, 10, 600, "child");
  tree.descriptor(11, 0, "socket:[77]");
  tree.process(12, 10, 700, "none");
  tree.file("version", "not a process");
  SocketOwners owners = collect_socket_owners(tree.path());
  EXPECT_EQ(owners.holders.size(), 2u);
  ASSERT_TRUE(holder(owners, 77, 10));
  EXPECT_EQ(holder(owners, 77, 10)->start_ns, procfs::start_ns_from_ticks(500));
  EXPECT_TRUE(holder(owners, 77, 11));
  EXPECT_EQ(owners.processes, 3u);
  EXPECT_TRUE(owners.complete);
}

TEST(CollectSocketOwners, ThreadsGoOnAfterTheFirstHasEnded) {
  FakeProcTree tree;
  tree.process(10, 1, 500, "zombie leader");
  tree.link("10/task/10/fd/3", "socket:[1]");  // the leader's own is not looked at twice
  tree.link("10/task/14/fd/3", "socket:[77]");
  SocketOwners owners = collect_socket_owners(tree.path());
  ASSERT_EQ(owners.holders.size(), 1u);
  EXPECT_TRUE(holder(owners, 77, 10));
}

TEST(CollectSocketOwners, NotCompleteWithoutTheRightsToSeeAll) {
  FakeProcTree tree;
  tree.capabilities(0);
  EXPECT_FALSE(collect_socket_owners(tree.path()).complete);
  tree.capabilities(~uint64_t{0});
  EXPECT_TRUE(collect_socket_owners(tree.path()).complete);
  tree.link("self/ns/pid", "pid:[4026532000]");  // in a container: owners may be outside
  EXPECT_FALSE(collect_socket_owners(tree.path()).complete);
}

TEST(CollectSocketOwners, ProcessThatEndsMeanwhileIsNoHolder) {
  FakeProcTree tree;
  tree.process(10, 1, 500, "gone");
  tree.descriptor(10, 3, "socket:[77]");
  tree.remove("10/stat");
  EXPECT_TRUE(collect_socket_owners(tree.path()).holders.empty());
}

TEST(CollectSocketOwners, NoProcAtAll) {
  SocketOwners owners = collect_socket_owners("/nonexistent");
  EXPECT_FALSE(owners.complete);
  EXPECT_TRUE(owners.holders.empty());
}

TEST(OwnerIndex, OldestForWhatWasOpenedYoungestForWhatWasAccepted) {
  OwnerIndex index({{77, 300, 30}, {77, 100, 10}, {77, 200, 20}, {78, 5, 5}});
  auto opened = index.find(77, false);
  EXPECT_EQ(opened.owner, (event::ProcessKey{10, 100}));
  EXPECT_TRUE(opened.shared);
  EXPECT_EQ(index.find(77, true).owner, (event::ProcessKey{30, 300}));
  EXPECT_EQ(index.find(78, true).owner, (event::ProcessKey{5, 5}));
  EXPECT_FALSE(index.find(78, false).shared);
  EXPECT_EQ(index.find(79, false).owner.pid, 0u);
  EXPECT_EQ(OwnerIndex().find(77, false).owner.pid, 0u);
}

TEST(OwnerIndex, InitOnlyWhenAlone) {
  OwnerIndex index({{77, 1, 1}, {77, 100, 10}, {78, 1, 1}});
  EXPECT_EQ(index.find(77, false).owner.pid, 10u);
  EXPECT_EQ(index.find(77, true).owner.pid, 10u);
  EXPECT_EQ(index.find(78, false).owner.pid, 1u);
}

TEST(OwnerIndex, TiesGoToTheLowerPid) {
  OwnerIndex index({{77, 100, 30}, {77, 100, 10}});
  EXPECT_EQ(index.find(77, false).owner.pid, 10u);
  EXPECT_EQ(index.find(77, true).owner.pid, 10u);
}

}  // namespace
}  // namespace picket::sensor::fallback
