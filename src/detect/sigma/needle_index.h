// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

struct hs_database;
struct hs_scratch;

namespace picket::detect::sigma {

// Working memory of one thread for all scans.
class ScanScratch {
 public:
  ScanScratch() = default;
  ScanScratch(ScanScratch&& other) noexcept : scratch_(std::exchange(other.scratch_, nullptr)) {}
  ScanScratch& operator=(ScanScratch&&) = delete;
  ~ScanScratch();

 private:
  friend class NeedleIndex;
  hs_scratch* scratch_ = nullptr;
};

// Which of a fixed set of literals stand in a text, in one pass whatever their number (Vectorscan
// from kSmallSetMax literals on). Byte for byte; callers fold both sides. Immutable once built: any
// thread may scan, each with a scratch of its own that was prepared for this index.
class NeedleIndex {
 public:
  static constexpr size_t kSmallSetMax = 4;

  static Result<NeedleIndex> create(std::vector<std::string> needles);
  NeedleIndex() = default;
  NeedleIndex(NeedleIndex&& other) noexcept;
  NeedleIndex& operator=(NeedleIndex&& other) noexcept;
  ~NeedleIndex();

  bool empty() const { return count_ == 0; }
  size_t database_bytes() const;
  Result<void> prepare(ScanScratch& scratch) const;
  // Appends the number (place in create()'s list) of every needle that stands in `text`, once each,
  // in no order. False: the scan failed, and nothing may be concluded from what was appended.
  bool scan(std::string_view text, ScanScratch& scratch, std::vector<uint32_t>& found) const;

 private:
  size_t count_ = 0;
  std::vector<std::string> small_;  // the needles, when they are few
  hs_database* database_ = nullptr;
};

}  // namespace picket::detect::sigma
