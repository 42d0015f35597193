// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <list>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/counter.h"

namespace picket::detect::behavior {

// A map of at most `max` entries: past that the one that was touched longest ago is forgotten and
// counted. What behaviours keep per peer, name or connection. References stay valid until the entry
// is forgotten. Not thread-safe.
template <typename Key, typename Value>
class BoundedMap {
 public:
  BoundedMap(size_t max, Counter& forgotten) : max_(max), forgotten_(forgotten) {}

  // The value of `key`, made if new; the newest from now on.
  Value& touch(const Key& key) {
    if (const auto found = index_.find(key); found != index_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return found->second->second;
    }
    if (entries_.size() >= max_) {
      index_.erase(entries_.back().first);
      entries_.pop_back();
      forgotten_.add();
    }
    entries_.emplace_front(key, Value{});
    index_.emplace(key, entries_.begin());
    return entries_.front().second;
  }
  // nullptr: not there. Does not make it newer.
  Value* find(const Key& key) {
    const auto found = index_.find(key);
    return found == index_.end() ? nullptr : &found->second->second;
  }
  void erase(const Key& key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return;
    entries_.erase(found->second);
    index_.erase(found);
  }
  size_t size() const { return entries_.size(); }

  // Oldest first, so that the order does not depend on hashes.
  template <typename Visit>
  void visit(Visit&& visitor) {
    for (auto it = entries_.rbegin(); it != entries_.rend(); ++it) visitor(it->first, it->second);
  }

 private:
  size_t max_;
  Counter& forgotten_;
  std::list<std::pair<Key, Value>> entries_;  // newest first
  std::unordered_map<Key, typename std::list<std::pair<Key, Value>>::iterator> index_;
};

// One 64-bit key from several texts, told apart at their borders. Not for adversaries to invert,
// but a collision only mixes two peers' statistics; with 64 bits that does not happen by chance.
inline uint64_t key_of(std::initializer_list<std::string_view> parts) {
  uint64_t key = 0x9e3779b97f4a7c15ull;
  for (const std::string_view part : parts) {
    key ^= std::hash<std::string_view>()(part) + 0x9e3779b97f4a7c15ull + (key << 6) + (key >> 2);
    key *= 0xbf58476d1ce4e5b9ull;
    key ^= key >> 31;
  }
  return key;
}

}  // namespace picket::detect::behavior
