// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/time_order.h"

#include <algorithm>

#include "base/counter.h"

namespace picket::app::analyze {
namespace {

Counter delivered_early{"analyze.delivered_early",
                        "activities judged before all inputs were read: too many to hold"};

}  // namespace

TimeOrder::Chunk& TimeOrder::room_for(size_t size) {
  if (chunks_.empty() || chunks_.back().bytes.size() + size > chunks_.back().bytes.capacity())
    chunks_.emplace_back().bytes.reserve(std::max(kChunkBytes, size));
  return chunks_.back();
}

void TimeOrder::add(const Batch& batch, const Item& item) {
  Chunk& chunk = room_for(item.size);
  const auto begin = static_cast<uint32_t>(chunk.bytes.size());
  chunk.bytes += batch.of(item);
  ++chunk.live;
  entries_.push_back({item.time, added_++, static_cast<uint32_t>(chunks_.size() - 1), begin,
                      item.size, item.kind});
  bytes_ += item.size + sizeof(Entry);
  if (bytes_ <= bytes_max_) return;
  const size_t half = (entries_.size() + 1) / 2;
  delivered_early.add(half);
  deliver_first(half);
}

void TimeOrder::deliver_first(size_t count) {
  std::ranges::sort(entries_, [](const Entry& a, const Entry& b) {
    return a.time != b.time ? a.time < b.time : a.number < b.number;
  });
  for (size_t i = 0; i < count; ++i) {
    const Entry& entry = entries_[i];
    Chunk& chunk = chunks_[entry.chunk];
    deliver_(entry.kind, std::string_view(chunk.bytes).substr(entry.begin, entry.size));
    bytes_ -= entry.size + sizeof(Entry);
    if (--chunk.live == 0) std::string().swap(chunk.bytes);
  }
  entries_.erase(entries_.begin(), entries_.begin() + static_cast<ptrdiff_t>(count));
}

void TimeOrder::finish() {
  deliver_first(entries_.size());
  chunks_.clear();
}

}  // namespace picket::app::analyze
