// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/byte_reader.h"
#include "base/result.h"

struct hs_database;
struct hs_scratch;

namespace picket::detect::suricata {

// Working memory of one engine for the scans of all indexes.
class PatternScratch {
 public:
  PatternScratch() = default;
  PatternScratch(const PatternScratch&) = delete;
  PatternScratch& operator=(const PatternScratch&) = delete;
  ~PatternScratch();

 private:
  friend class PatternIndex;
  hs_scratch* scratch_ = nullptr;
};

// Many literals looked for in one pass (Vectorscan). Immutable once built: any thread may scan,
// each with a scratch of its own that was prepared for this index.
class PatternIndex {
 public:
  struct Pattern {
    Bytes bytes;  // any case when nocase
    bool nocase = false;
  };

  // `every_match`: tell each place; otherwise each pattern once.
  static Result<PatternIndex> create(const std::vector<Pattern>& patterns, bool every_match);
  // From serialized(), of the same Vectorscan on the same kind of CPU; an error otherwise.
  static Result<PatternIndex> restore(Bytes stored, size_t count, size_t longest);
  PatternIndex() = default;
  PatternIndex(PatternIndex&& other) noexcept
      : count_(other.count_),
        longest_(other.longest_),
        database_(std::exchange(other.database_, nullptr)) {}
  PatternIndex& operator=(PatternIndex&& other) noexcept {
    std::swap(count_, other.count_);
    std::swap(longest_, other.longest_);
    std::swap(database_, other.database_);
    return *this;
  }
  ~PatternIndex();

  size_t size() const { return count_; }
  size_t longest() const { return longest_; }  // bytes of the longest pattern
  Result<std::vector<uint8_t>> serialized() const;
  Result<void> prepare(PatternScratch& scratch) const;

  // Calls on_match(pattern number, offset behind the match) for what stands in `text`.
  template <typename OnMatch>
  void scan(Bytes text, PatternScratch& scratch, OnMatch&& on_match) const {
    auto call = [](unsigned id, unsigned long long, unsigned long long to, unsigned,
                   void* context) {
      (*static_cast<std::remove_reference_t<OnMatch>*>(context))(static_cast<uint32_t>(id),
                                                                 static_cast<size_t>(to));
      return 0;
    };
    scan_raw(text, scratch, call, &on_match);
  }

 private:
  using Callback = int (*)(unsigned id, unsigned long long from, unsigned long long to,
                           unsigned flags, void* context);
  void scan_raw(Bytes text, PatternScratch& scratch, Callback callback, void* context) const;

  size_t count_ = 0, longest_ = 0;
  hs_database* database_ = nullptr;
};

}  // namespace picket::detect::suricata
