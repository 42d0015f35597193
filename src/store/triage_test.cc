// SPDX-License-Identifier: Apache-2.0
#include "store/triage.h"

#include "store/test_store.h"

namespace picket::store {
namespace {

Triage decision(const std::string& state, const std::string& resolution,
                const std::string& reason) {
  Triage triage;
  triage.state = state;
  triage.resolution = resolution;
  triage.reason = reason;
  triage.by = "eve";
  triage.at = kTestTime;
  return triage;
}

TEST(TriageBook, WithoutAFileNothingWasDecided) {
  TestFolder folder;
  const auto book = TriageBook::open_to_read(folder.path());
  ASSERT_TRUE(book);
  EXPECT_TRUE(book->all()->empty());
  EXPECT_TRUE(book->changes("a")->empty());
}

TEST(TriageBook, EveryChangeIsKeptWithWhoAndWhatItWasBefore) {
  TestFolder folder;
  {
    auto book = TriageBook::open_to_write(folder.path());
    ASSERT_TRUE(book) << book.error().message;
    ASSERT_TRUE(book->decide("a", decision("in_progress", "not_set", "")));
    ASSERT_TRUE(book->decide("a", decision("closed", "false_positive", "the backup job")));
    ASSERT_TRUE(book->decide("a", decision("closed", "false_positive", "the backup job")));
  }
  const auto book = TriageBook::open_to_read(folder.path());
  EXPECT_EQ(book->all()->at("a").state, "closed");
  EXPECT_EQ(book->all()->at("a").reason, "the backup job");
  const auto changes = *book->changes("a");
  ASSERT_EQ(changes.size(), 4u);
  EXPECT_EQ(changes[0].what, "state");
  EXPECT_EQ(changes[0].before, "open");
  EXPECT_EQ(changes[1].before, "in_progress");
  EXPECT_EQ(changes[1].after, "closed");
  EXPECT_EQ(changes[3].what, "reason");
  EXPECT_EQ(changes[3].by, "eve");
}

TEST(TriageBook, AFalsePositiveNeedsAReason) {
  TestFolder folder;
  auto book = TriageBook::open_to_write(folder.path());
  EXPECT_FALSE(book->decide("a", decision("closed", "false_positive", "")));
  EXPECT_FALSE(book->decide("a", decision("closed", "benign", "")));
  EXPECT_FALSE(book->decide("a", decision("ajar", "not_set", "")));
  EXPECT_FALSE(book->decide("a", decision("closed", "perhaps", "")));
  EXPECT_FALSE(book->decide("a", decision("open", "test", std::string(5000, 'x'))));
  EXPECT_TRUE(book->all()->empty());
  EXPECT_TRUE(book->changes("a")->empty());
}

}  // namespace
}  // namespace picket::store
