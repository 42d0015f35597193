// SPDX-License-Identifier: Apache-2.0
#include "app/tui/asker.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>
#include <semaphore>

namespace picket::app::tui {
namespace {

// Answers only when told to, or when cancelled.
class GatedSource : public FrameSource {
 public:
  Result<view::Frame> ask(const view::FrameQuery& query) override {
    under_way.release();
    gate.acquire();
    if (cancelled) return failure("cancelled");
    if (query.filter == "bad") return failure("refused");
    view::Frame frame;
    frame.status.host = query.filter;
    ++answered;
    return frame;
  }
  void cancel() override {
    cancelled = true;
    gate.release();
  }
  std::counting_semaphore<> gate{0}, under_way{0};
  std::atomic<bool> cancelled{false};
  std::atomic<int> answered{0};
};

view::FrameQuery query(const std::string& filter) {
  view::FrameQuery query;
  query.filter = filter;
  return query;
}

bool readable(const Asker& asker) {
  pollfd polled{asker.descriptor(), POLLIN, 0};
  return ::poll(&polled, 1, 30'000) == 1;
}

TEST(Asker, AnswersOnItsOwnThreadAndTheNewestQuestionWins) {
  GatedSource source;
  const auto asker = Asker::create(source);
  ASSERT_TRUE(asker);
  EXPECT_FALSE((*asker)->busy());
  EXPECT_FALSE((*asker)->take());
  (*asker)->ask(query("one"));
  source.under_way.acquire();
  EXPECT_TRUE((*asker)->busy());
  (*asker)->ask(query("two"));    // waits,
  (*asker)->ask(query("three"));  // and is replaced
  source.gate.release();
  ASSERT_TRUE(readable(**asker));
  const auto first = (*asker)->take();
  ASSERT_TRUE(first && first->result);
  EXPECT_EQ(first->asked.filter, "one");
  source.under_way.acquire();
  source.gate.release();
  ASSERT_TRUE(readable(**asker));
  const auto second = (*asker)->take();
  ASSERT_TRUE(second && second->result);
  EXPECT_EQ(second->result->status.host, "three");
  EXPECT_EQ(source.answered, 2);
}

TEST(Asker, ErrorsComeBackAsAnswers) {
  GatedSource source;
  const auto asker = Asker::create(source);
  (*asker)->ask(query("bad"));
  source.gate.release();
  ASSERT_TRUE(readable(**asker));
  const auto answer = (*asker)->take();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->result.error().message, "refused");
  EXPECT_FALSE((*asker)->busy());
}

TEST(Asker, EndsWhileAQuestionIsUnderWay) {
  GatedSource source;
  {
    const auto asker = Asker::create(source);
    (*asker)->ask(query("never answered"));
    source.under_way.acquire();
  }
  EXPECT_TRUE(source.cancelled);
}

}  // namespace
}  // namespace picket::app::tui
