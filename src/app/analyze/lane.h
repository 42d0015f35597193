// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/analyze/finding_sink.h"
#include "detect/behavior/settings.h"
#include "sensor/replay/read_outcome.h"

namespace picket::app::analyze {

// What one input yields, on its way from the thread that reads it to the one that puts all inputs
// together: batches of packed items (pack.h).
struct Item {
  enum class Kind : uint8_t { kAlert, kActivity, kMatched, kEve };
  Kind kind = Kind::kAlert;
  WallTime time;
  uint32_t begin = 0, size = 0;  // in the batch's bytes
};
struct Batch {
  std::vector<Item> items;
  std::string bytes;
  std::string_view of(const Item& item) const {
    return std::string_view(bytes).substr(item.begin, item.size);
  }
};

// The lane of one input: one writer, one reader. A writer that is kBatchesMax ahead waits; the
// reader takes lanes in the order of the inputs, and inputs are begun in that order, so the lane
// being read always has a writer at work and nobody waits for ever.
class Lane {
 public:
  static constexpr size_t kBatchesMax = 8;
  static constexpr size_t kBatchBytes = 1024 * 1024;

  void push(Batch&& batch);
  // The writer is done with this input.
  void close(sensor::replay::ReadOutcome outcome);
  // The next batch; nullopt: there are no more. Waits.
  std::optional<Batch> pop();
  // Once pop() has said that there are no more.
  const sensor::replay::ReadOutcome& outcome() const { return outcome_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> batches_;
  bool closed_ = false;
  sensor::replay::ReadOutcome outcome_;
};

// The writing end as a sink.
class LaneWriter final : public FindingSink {
 public:
  // `allow`: what is known to be right; its alerts are lowered. Must outlive the writer.
  LaneWriter(Lane& lane, bool wants_eve, std::span<const detect::behavior::AllowEntry> allow = {},
             bool wants_conversations = true)
      : lane_(lane),
        wants_eve_(wants_eve),
        wants_conversations_(wants_conversations),
        allow_(allow) {}

  void alert(const event::Alert& alert) override;
  void activity(const event::Activity& activity) override;
  void matched(const event::LogRecord& record, std::span<const uint32_t> rules) override;
  void eve(std::string_view lines) override;
  bool wants_eve() const override { return wants_eve_; }
  bool wants_conversations() const override { return wants_conversations_; }
  void flush();

 private:
  void end_item(Item::Kind kind, WallTime time, size_t begin);

  Lane& lane_;
  const bool wants_eve_, wants_conversations_;
  const std::span<const detect::behavior::AllowEntry> allow_;
  Batch batch_;
};

// A record that was packed by matched(), again in `record` (which owns all its text then).
void unpack_matched(std::string_view bytes, event::LogRecord& record, std::vector<uint32_t>& rules);

}  // namespace picket::app::analyze
