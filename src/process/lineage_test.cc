// SPDX-License-Identifier: Apache-2.0
#include "process/lineage.h"

#include <gtest/gtest.h>

#include "base/counter.h"
#include "process/test_folder.h"

namespace picket::process {
namespace {

event::ProcessKey born(uint64_t start_ns) { return {static_cast<uint32_t>(start_ns), start_ns}; }

TEST(Lineage, MembersGoWithTheirLastUse) {
  Lineage lineage(100);
  const auto parent = lineage.add(born(1), Lineage::kNone);
  const auto child = lineage.add(born(2), parent);
  lineage.release(parent);
  EXPECT_EQ(lineage.size(), 2u);
  EXPECT_EQ(lineage.at(lineage.at(child).parent).key, born(1));
  lineage.release(child);
  EXPECT_EQ(lineage.size(), 0u);
}

TEST(Lineage, NoCircles) {
  Lineage lineage(100);
  const auto a = lineage.add(born(5), Lineage::kNone);
  const auto b = lineage.add(born(5), a);
  const auto c = lineage.add(born(5), b);
  lineage.link(a, c);
  lineage.link(a, a);
  EXPECT_EQ(lineage.at(a).parent, Lineage::kNone);
  const auto older = lineage.add(born(4), Lineage::kNone);
  lineage.link(older, a);  // a child cannot be older than its parent
  EXPECT_EQ(lineage.at(older).parent, Lineage::kNone);
}

TEST(Lineage, ALongChainIsGivenBackWithoutRecursion) {
  Lineage lineage(2'000'000);
  auto last = lineage.add(born(1), Lineage::kNone);
  for (uint64_t i = 2; i < 1'000'000; ++i) {
    const auto next = lineage.add(born(i), last);
    lineage.release(last);  // but alive: never cut
    last = next;
  }
  EXPECT_EQ(lineage.size(), 999'999u);
  lineage.release(last);
  EXPECT_EQ(lineage.size(), 0u);
}

TEST(Lineage, AFullOneGivesNoMoreParents) {
  Lineage lineage(2);
  const uint64_t before = Counter::value_of("process.lineage_cut");
  const auto a = lineage.add(born(1), Lineage::kNone);
  const auto b = lineage.add(born(2), a);
  const auto c = lineage.add(born(3), b);
  EXPECT_EQ(lineage.at(b).parent, a);
  EXPECT_EQ(lineage.at(c).parent, Lineage::kNone);
  EXPECT_EQ(Counter::value_of("process.lineage_cut"), before + 1);
}

TEST(TextPool, KeepsEachTextOnceAndOnlyWhileUsed) {
  TextPool pool;
  {
    const PooledText a = pool.keep("same"), b = pool.keep("same");
    PooledText c = a;
    EXPECT_EQ(a.view().data(), b.view().data());
    EXPECT_EQ(pool.size(), 1u);
    c = pool.keep("other");
    EXPECT_EQ(pool.size(), 2u);
    EXPECT_EQ(c.view(), "other");
    EXPECT_TRUE(pool.keep("").empty());
  }
  EXPECT_EQ(pool.size(), 0u);
}

}  // namespace
}  // namespace picket::process
