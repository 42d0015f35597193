// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/byte_reader.h"

namespace picket::detect::suricata {

// Memory of one rule set: what rules are made of is allocated here side by side and lives until the
// arena goes. Equal texts are kept once. Not thread-safe while it grows; read by all afterwards.
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() {
    for (auto& owned : owned_) owned.destroy(owned.object);
  }

  template <typename T, typename... Args>
  T* make(Args&&... args) {
    T* object = new (allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
    if constexpr (!std::is_trivially_destructible_v<T>)
      owned_.push_back({object, [](void* memory) { static_cast<T*>(memory)->~T(); }});
    return object;
  }
  template <typename T>
  std::span<T> copy(const std::vector<T>& items) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (items.empty()) return {};
    T* to = static_cast<T*>(allocate(items.size() * sizeof(T), alignof(T)));
    std::memcpy(to, items.data(), items.size() * sizeof(T));
    return {to, items.size()};
  }
  std::string_view text(std::string_view text) {
    if (text.empty()) return {};
    if (auto found = texts_.find(text); found != texts_.end()) return found->second;
    char* to = static_cast<char*>(allocate(text.size(), 1));
    std::memcpy(to, text.data(), text.size());
    std::string_view kept(to, text.size());
    texts_.emplace(kept, kept);
    return kept;
  }
  Bytes bytes(std::string_view content) { return as_bytes(text(content)); }
  // No more texts will be added: the index of equal ones may go.
  void seal() { texts_ = {}; }
  size_t size() const { return bytes_used_; }

 private:
  static constexpr size_t kBlock = 256 * 1024;

  void* allocate(size_t size, size_t alignment) {
    size_t at = (used_ + alignment - 1) & ~(alignment - 1);
    if (blocks_.empty() || at + size > capacity_) {
      capacity_ = std::max(kBlock, size + alignment);
      blocks_.push_back(std::make_unique<std::byte[]>(capacity_));
      bytes_used_ += capacity_;
      at = 0;
    }
    used_ = at + size;
    return blocks_.back().get() + at;
  }

  struct Owned {
    void* object;
    void (*destroy)(void*);
  };
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  size_t used_ = 0, capacity_ = 0, bytes_used_ = 0;
  std::vector<Owned> owned_;
  std::unordered_map<std::string_view, std::string_view> texts_;
};

}  // namespace picket::detect::suricata
