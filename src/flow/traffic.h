// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "flow/slot_index.h"

namespace picket::flow {

constexpr size_t kHistoryWindows = 60;

// Bytes per second of the last kHistoryWindows windows of one second, both directions together,
// and the two directions of the newest. Windows without traffic cost nothing: they are told apart
// by their number, so a quiet ring is never touched.
class TrafficRing {
 public:
  void add(uint64_t window, double in_per_s, double out_per_s);
  // 0 when there was no traffic in `window`, the last full one.
  double in_per_s(uint64_t window) const { return newest_ == window ? in_per_s_ : 0; }
  double out_per_s(uint64_t window) const { return newest_ == window ? out_per_s_ : 0; }
  // Mean of the last `windows` windows: slower than the newest, to order rows by.
  double mean(uint64_t window, size_t windows) const;
  bool quiet(uint64_t window) const { return newest_ == 0 || newest_ + kHistoryWindows <= window; }
  // Adds the history up to `window` to out[kHistoryWindows], oldest first.
  void add_to(uint64_t window, uint32_t* out) const;

 private:
  std::array<uint32_t, kHistoryWindows> bytes_per_s_{};
  uint64_t newest_ = 0;  // number of the newest window with traffic; windows count from 1
  float in_per_s_ = 0, out_per_s_ = 0;
};

// What was carried in the window that is under way.
struct Carried {
  uint64_t in = 0, out = 0;
  bool any() const { return (in | out) != 0; }
};

// Histories by key (an application, a unit, a host): each lives while somebody holds it and, once
// nobody does, as long as its history shows anything. At most `groups_max`; beyond that add() gives
// kNoSlot and the caller goes without a history (and counts it).
template <typename Key, typename Hash = std::hash<Key>>
class TrafficGroups {
 public:
  explicit TrafficGroups(size_t groups_max) : groups_max_(groups_max) {}

  uint32_t add(const Key& key) {
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) return found->second;
    if (by_key_.size() >= groups_max_) return kNoSlot;
    uint32_t id;
    if (free_.empty()) {
      id = static_cast<uint32_t>(groups_.size());
      groups_.emplace_back();
    } else {
      id = free_.back();
      free_.pop_back();
    }
    groups_[id] = Group{key, {}, {}, 0, true};
    by_key_.emplace(key, id);
    return id;
  }
  uint32_t find(const Key& key) const {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? kNoSlot : found->second;
  }
  const Key& key(uint32_t id) const { return groups_[id].key; }
  const TrafficRing& ring(uint32_t id) const { return groups_[id].ring; }
  void hold(uint32_t id) { ++groups_[id].holders; }
  void release(uint32_t id) { --groups_[id].holders; }
  void carry(uint32_t id, const Carried& bytes) {
    Group& group = groups_[id];
    if (!group.pending.any()) touched_.push_back(id);
    group.pending.in += bytes.in;
    group.pending.out += bytes.out;
  }
  // Ends the window `window`, which took `seconds`.
  void roll(uint64_t window, double seconds) {
    for (const uint32_t id : touched_) {
      Group& group = groups_[id];
      const Carried bytes = std::exchange(group.pending, {});
      group.ring.add(window, static_cast<double>(bytes.in) / seconds,
                     static_cast<double>(bytes.out) / seconds);
    }
    touched_.clear();
  }
  // Forgets groups that nobody holds and whose history is empty, calling gone(key) for each.
  template <typename Gone>
  void forget(uint64_t window, Gone&& gone) {
    for (uint32_t id = 0; id < groups_.size(); ++id) {
      Group& group = groups_[id];
      if (!group.used || group.holders > 0 || group.pending.any() || !group.ring.quiet(window))
        continue;
      by_key_.erase(group.key);
      gone(group.key);
      group.used = false;
      free_.push_back(id);
    }
  }
  size_t size() const { return by_key_.size(); }
  size_t ids_end() const { return groups_.size(); }

 private:
  struct Group {
    Key key{};
    TrafficRing ring;
    Carried pending;
    uint32_t holders = 0;
    bool used = false;
  };
  const size_t groups_max_;
  std::vector<Group> groups_;
  std::vector<uint32_t> free_;
  std::vector<uint32_t> touched_;
  std::unordered_map<Key, uint32_t, Hash> by_key_;
};

}  // namespace picket::flow
