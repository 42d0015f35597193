// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/lane.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "app/analyze/pack.h"

namespace picket::app::analyze {
namespace {

TEST(Lane, AWriterFarAheadWaitsAndNothingIsLost) {
  Lane lane;
  constexpr size_t kBatches = Lane::kBatchesMax * 5;
  std::atomic<size_t> pushed{0};
  std::jthread writer([&] {
    for (size_t i = 0; i < kBatches; ++i) {
      Batch batch;
      batch.bytes = std::to_string(i);
      lane.push(std::move(batch));
      pushed = i + 1;
    }
    sensor::replay::ReadOutcome outcome;
    outcome.records = 9;
    lane.close(std::move(outcome));
  });
  for (size_t i = 0; i < kBatches; ++i) {
    const auto batch = lane.pop();
    ASSERT_TRUE(batch);
    EXPECT_EQ(batch->bytes, std::to_string(i));
    EXPECT_LE(pushed, i + 1 + Lane::kBatchesMax + 1) << "the bound holds";
  }
  EXPECT_FALSE(lane.pop());
  EXPECT_EQ(lane.outcome().records, 9u);
}

TEST(LaneWriter, LowersWhatIsKnownToBeRight) {
  Lane lane;
  std::vector<detect::behavior::AllowEntry> allow(1);
  allow[0].behavior = "noisy";
  allow[0].reason = "our own";
  {
    LaneWriter writer(lane, false, allow);
    event::Alert alert;
    alert.severity = event::Severity::kHigh;
    for (const char* rule : {"noisy", "other"}) {
      alert.rule_id = rule;
      writer.alert(alert);
    }
    writer.flush();
    lane.close({});
  }
  const auto batch = lane.pop();
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->items.size(), 2u);
  event::Alert noisy, other;
  Unpacker(batch->of(batch->items[0]))(noisy);
  Unpacker(batch->of(batch->items[1]))(other);
  EXPECT_EQ(noisy.severity, event::Severity::kInformational);
  ASSERT_EQ(noisy.known_good.size(), 1u);
  EXPECT_EQ(noisy.known_good[0].what, "allow-list: our own");
  EXPECT_EQ(other.severity, event::Severity::kHigh);
}

TEST(LaneWriter, SendsBatchesOfABoundedSize) {
  Lane lane;
  size_t batches = 0, items = 0;
  std::jthread reader([&] {
    while (const auto batch = lane.pop()) {
      ++batches;
      items += batch->items.size();
      EXPECT_LE(batch->bytes.size(), Lane::kBatchBytes + 200'000);
    }
  });
  LaneWriter writer(lane, true);
  const std::string lines(100'000, 'x');
  for (int i = 0; i < 50; ++i) writer.eve(lines);
  writer.flush();
  writer.flush();  // nothing left: no empty batch
  lane.close({});
  reader.join();
  EXPECT_EQ(items, 50u);
  EXPECT_GE(batches, 4u);
  EXPECT_LE(batches, 6u);
}

}  // namespace
}  // namespace picket::app::analyze
