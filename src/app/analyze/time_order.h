// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "app/analyze/lane.h"

namespace picket::app::analyze {

// Brings what several inputs tell into the order of time, as behaviours and correlations need it:
// the logs of one machine come in many files, and Zeek writes lookups into one and connections into
// another. Packed batches are kept until all inputs are read, then delivered by time; equal times
// in the order they were added. Past `bytes_max` the older half is delivered early and counted
// (analyze.delivered_early): what comes later of that time is then out of order.
//
// Deterministic: depends only on what is added, in which order. Not thread-safe.
class TimeOrder {
 public:
  static constexpr size_t kBytesMax = size_t{768} * 1024 * 1024;

  using Deliver = std::function<void(Item::Kind kind, std::string_view bytes)>;

  explicit TimeOrder(Deliver deliver, size_t bytes_max = kBytesMax)
      : deliver_(std::move(deliver)), bytes_max_(bytes_max) {}

  void add(const Batch& batch, const Item& item);
  // Delivers all that is left.
  void finish();
  // What still waits, in items.
  size_t waiting() const { return entries_.size(); }

 private:
  static constexpr size_t kChunkBytes = 1024 * 1024;
  struct Chunk {
    std::string bytes;
    size_t live = 0;  // items not delivered yet
  };
  struct Entry {
    WallTime time;
    uint64_t number = 0;  // order of arrival
    uint32_t chunk = 0, begin = 0, size = 0;
    Item::Kind kind = Item::Kind::kActivity;
  };
  void deliver_first(size_t count);
  Chunk& room_for(size_t size);

  Deliver deliver_;
  const size_t bytes_max_;
  std::vector<Entry> entries_;
  std::vector<Chunk> chunks_;
  size_t bytes_ = 0;
  uint64_t added_ = 0;
};

}  // namespace picket::app::analyze
