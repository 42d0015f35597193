// SPDX-License-Identifier: Apache-2.0
#include "flow/text_pool.h"

#include <functional>

namespace picket::flow {
namespace {

uint64_t hash_of(std::string_view text) {
  return seeded_hash(std::hash<std::string_view>()(text), text.size());
}

}  // namespace

TextId TextPool::acquire(std::string_view text) {
  if (text.empty()) return kNoText;
  const uint64_t hash = hash_of(text);
  const uint32_t found = index_.find(hash, [&](uint32_t id) { return entries_[id].text == text; });
  if (found != kNoSlot) return hold(found);
  TextId id;
  if (free_.empty()) {
    id = static_cast<TextId>(entries_.size());
    entries_.emplace_back();
  } else {
    id = free_.back();
    free_.pop_back();
  }
  entries_[id] = Entry{std::string(text), 1};
  index_.insert(hash, id);
  return id;
}

void TextPool::release(TextId id) {
  if (id == kNoText || --entries_[id].holders > 0) return;
  index_.erase(hash_of(entries_[id].text), id);
  entries_[id] = Entry{};
  free_.push_back(id);
}

bool TextPool::assign(TextId& held, std::string_view text) {
  if (entries_[held].text == text) return false;
  const TextId before = held;
  held = acquire(text);
  release(before);
  return true;
}

size_t TextPool::memory_bytes() const {
  size_t bytes =
      entries_.size() * sizeof(Entry) + free_.capacity() * sizeof(TextId) + index_.memory_bytes();
  for (const Entry& entry : entries_)
    if (entry.text.capacity() > 15) bytes += entry.text.capacity() + 1;
  return bytes;
}

}  // namespace picket::flow
