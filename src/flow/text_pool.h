// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "flow/slot_index.h"

namespace picket::flow {

using TextId = uint32_t;
constexpr TextId kNoText = 0;  // the empty text, never counted

// Each distinct text once, under a small number, for as long as somebody holds it: thousands of
// flows share one command, one name. Holders balance acquire()/hold() with release(); the pool is
// thereby bounded by what its holders are bounded to. text() stays valid until the last release().
// Not thread-safe.
class TextPool {
 public:
  TextPool() { entries_.emplace_back(); }
  TextPool(const TextPool&) = delete;
  TextPool& operator=(const TextPool&) = delete;

  TextId acquire(std::string_view text);  // finds or adds, and holds
  TextId hold(TextId id) {
    if (id != kNoText) ++entries_[id].holders;
    return id;
  }
  void release(TextId id);
  // Releases what `held` names and makes it hold `text` instead; false when it already does.
  bool assign(TextId& held, std::string_view text);
  std::string_view text(TextId id) const { return entries_[id].text; }
  TextId ids_end() const { return static_cast<TextId>(entries_.size()); }  // all ids are below
  size_t size() const { return index_.size(); }
  size_t memory_bytes() const;

 private:
  struct Entry {
    std::string text;
    uint32_t holders = 0;
  };
  std::deque<Entry> entries_;
  std::vector<TextId> free_;
  SlotIndex index_;
};

}  // namespace picket::flow
