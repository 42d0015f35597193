// SPDX-License-Identifier: Apache-2.0
#include "app/cli/flow_sort.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "app/cli/test_flows.h"

namespace picket::app::cli {
namespace {

using event::FlowFacts;

std::vector<std::string> ids(const std::vector<FlowFacts>& flows) {
  std::vector<std::string> out;
  for (const FlowFacts& flow : flows) out.push_back(flow.id);
  return out;
}

std::vector<std::string> sorted_ids(std::vector<FlowFacts> flows, SortKey key,
                                    bool reverse = false) {
  sort_flows(flows, key, reverse);
  return ids(flows);
}

using Ids = std::vector<std::string>;

TEST(FlowSort, WordsRoundTrip) {
  for (std::string_view word : sort_key_words()) {
    ASSERT_TRUE(parse_sort_key(word)) << word;
    EXPECT_EQ(text(*parse_sort_key(word)), word);
  }
  EXPECT_FALSE(parse_sort_key("AGE"));
  EXPECT_FALSE(parse_sort_key(""));
}

TEST(FlowSort, ByEachKey) {
  const std::vector<FlowFacts> flows = test::ordinary_flows();
  // f1, f4, f5 are as old: tcp before udp, then by local address.
  EXPECT_EQ(sorted_ids(flows, SortKey::kAge), (Ids{"f4", "f1", "f5", "f2", "f3", "f6", "f7"}));
  EXPECT_EQ(sorted_ids(flows, SortKey::kIn), (Ids{"f2", "f1", "f3", "f6", "f7", "f5", "f4"}));
  EXPECT_EQ(sorted_ids(flows, SortKey::kOut), (Ids{"f2", "f3", "f1", "f6", "f7", "f5", "f4"}));
  EXPECT_EQ(sorted_ids(flows, SortKey::kProcess), (Ids{"f4", "f1", "f2", "f5", "f7", "f6", "f3"}));
  EXPECT_EQ(sorted_ids(flows, SortKey::kPid), (Ids{"f6", "f7", "f3", "f2", "f1", "f4", "f5"}));
  EXPECT_EQ(sorted_ids(flows, SortKey::kUser), (Ids{"f4", "f2", "f6", "f3", "f7", "f1", "f5"}));
  EXPECT_EQ(sorted_ids(flows, SortKey::kRemote), (Ids{"f3", "f4", "f1", "f2", "f6", "f7", "f5"}));
  EXPECT_EQ(sorted_ids(flows, SortKey::kLocal), (Ids{"f6", "f5", "f3", "f4", "f1", "f7", "f2"}));
  EXPECT_EQ(sorted_ids(flows, SortKey::kState).back(), "f7");
  EXPECT_EQ(sorted_ids(flows, SortKey::kName).front(), "f2");
  EXPECT_EQ(sorted_ids(flows, SortKey::kProto).back(), "f5");
}

TEST(FlowSort, ReverseTurnsTheKeyButNotTheTies) {
  const std::vector<FlowFacts> flows = test::ordinary_flows();
  EXPECT_EQ(sorted_ids(flows, SortKey::kAge, true),
            (Ids{"f6", "f7", "f3", "f2", "f4", "f1", "f5"}));
}

TEST(FlowSort, LettersWithoutCaseAndUnknownLast) {
  std::vector<FlowFacts> flows;
  for (const char* name : {"", "b.example", "A.example", "a.example2"}) {
    FlowFacts flow = test::tcp_client("id" + std::string(name), "p", 1, {}, {});
    flow.remote_name = name;
    flows.push_back(flow);
  }
  EXPECT_EQ(sorted_ids(flows, SortKey::kName),
            (Ids{"idA.example", "ida.example2", "idb.example", "id"}));
}

// Whatever the sequence they come in, the same flows come out the same: a total order.
TEST(FlowSort, IsATotalOrder) {
  std::vector<FlowFacts> flows = test::ordinary_flows();
  for (const FlowFacts& flow :
       test::ordinary_flows()) {  // twins that differ in one late thing only
    flows.push_back(flow);
    flows.back().id += "-twin";
    flows.push_back(flow);
    flows.back().network_namespace = 7;
    flows.back().id += "-elsewhere";
  }
  for (std::string_view word : sort_key_words()) {
    for (bool reverse : {false, true}) {
      const SortKey key = parse_sort_key(word).value();
      const Ids expected = sorted_ids(flows, key, reverse);
      std::vector<FlowFacts> shuffled = flows;
      for (size_t round = 0; round < flows.size(); ++round) {
        std::ranges::rotate(shuffled, shuffled.begin() + 1);
        std::swap(shuffled[round], shuffled[shuffled.size() - 1 - round / 2]);
        EXPECT_EQ(sorted_ids(shuffled, key, reverse), expected) << word;
      }
    }
  }
}

}  // namespace
}  // namespace picket::app::cli
