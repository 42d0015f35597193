// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace picket::process {

class TextPool;

// A text kept once in a TextPool, however many refer to it; it goes with its last PooledText. An
// empty text takes no room. Not thread-safe; must not outlive its pool.
class PooledText {
 public:
  PooledText() = default;
  PooledText(const PooledText& other);
  PooledText(PooledText&& other) noexcept : kept_(std::exchange(other.kept_, nullptr)) {}
  PooledText& operator=(PooledText other) noexcept {
    std::swap(kept_, other.kept_);
    return *this;
  }
  ~PooledText();

  std::string_view view() const;
  std::string str() const { return std::string(view()); }
  bool empty() const { return kept_ == nullptr; }

 private:
  friend class TextPool;
  struct Kept {
    TextPool* pool;
    uint64_t uses;
    std::string text;
  };
  explicit PooledText(Kept* kept) : kept_(kept) {}

  Kept* kept_ = nullptr;
};

// TextPool keeps paths, argument blocks and names of many processes once each: a busy machine runs
// the same few hundred programs over and over. Its size is bounded by that of its users.
class TextPool {
 public:
  TextPool() = default;
  TextPool(const TextPool&) = delete;
  TextPool& operator=(const TextPool&) = delete;

  PooledText keep(std::string_view text);
  size_t size() const { return texts_.size(); }

 private:
  friend class PooledText;
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    size_t operator()(const PooledText::Kept* kept) const { return (*this)(kept->text); }
  };
  struct Equal {
    using is_transparent = void;
    static std::string_view view(std::string_view text) { return text; }
    static std::string_view view(const PooledText::Kept* kept) { return kept->text; }
    bool operator()(const auto& a, const auto& b) const { return view(a) == view(b); }
  };
  void forget(PooledText::Kept* kept);

  std::unordered_set<PooledText::Kept*, Hash, Equal> texts_;
};

}  // namespace picket::process
