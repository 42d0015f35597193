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

TEST(TriageBook, TakesBackWhatWasChangedLast) {
  TestFolder folder;
  auto book = TriageBook::open_to_write(folder.path());
  const auto act = [](int64_t second) {
    return Act{"bob", "", WallTime{kTestTime.ns + second * 1'000'000'000}};
  };
  EXPECT_FALSE(book->undo("a", act(0))) << "nothing was changed";
  ASSERT_TRUE(book->decide("a", decision("in_progress", "not_set", "")));
  Triage closed = decision("closed", "benign", "known");
  closed.at = act(1).at;
  ASSERT_TRUE(book->decide("a", closed));
  ASSERT_TRUE(book->add_note("a", {"eve", "looked at", act(2).at}));
  ASSERT_TRUE(book->undo("a", act(3)));
  EXPECT_EQ(book->all()->at("a").state, "in_progress");
  EXPECT_EQ(book->all()->at("a").resolution, "not_set");
  EXPECT_EQ(book->all()->at("a").by, "bob");
  ASSERT_TRUE(book->undo("a", act(4)));
  EXPECT_EQ(book->all()->at("a").state, "open");
  EXPECT_FALSE(book->undo("a", act(5))) << "taking back is not taken back";
  EXPECT_EQ(book->notes("a")->size(), 1u);
  EXPECT_FALSE(book->add_note("a", {"eve", std::string(TriageBook::kNoteMax + 1, 'x'), {}}));
}

TEST(TriageBook, PutsIncidentsTogetherAndApart) {
  TestFolder folder;
  const std::string a(36, 'a'), b(36, 'b'), c(36, 'c');
  auto book = TriageBook::open_to_write(folder.path());
  const auto act = [](int64_t second) {
    return Act{"eve", "same attack", WallTime{kTestTime.ns + second}};
  };
  EXPECT_FALSE(book->merge(a, a, act(0)));
  ASSERT_TRUE(book->merge(a, b, act(1)));
  EXPECT_FALSE(book->merge(a, c, act(2))) << "it is part of another already";
  EXPECT_FALSE(book->merge(c, a, act(2))) << "that is not there any more";
  ASSERT_TRUE(book->split(b, {"alert"}, c, act(3)));
  Arrangement arrangement = *book->arrangement();
  EXPECT_EQ(arrangement.merged.at(a), b);
  EXPECT_EQ(arrangement.split.at(b).at("alert"), c);
  ASSERT_TRUE(book->undo(b, act(4)));
  EXPECT_TRUE(book->arrangement()->split.empty());
  ASSERT_TRUE(book->undo(b, act(5)));
  EXPECT_TRUE(book->arrangement()->merged.empty()) << "at the one that took it in";
}

}  // namespace
}  // namespace picket::store
