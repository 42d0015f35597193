// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/counter.h"

namespace picket::inspect {

// WeirdSet collects what was odd about one message: malformed, forbidden or surprising. `Kind` is
// an enum with at most 64 members, kCount last, and has a `Counter& counter_of(Kind)` beside it,
// whose counters are named "weird.<protocol>.<what>". A kind counts once per message, however often
// it occurs in there, so that one hostile message cannot drown the others. A value, free of
// threads.
template <typename Kind>
class WeirdSet {
 public:
  static_assert(static_cast<unsigned>(Kind::kCount) <= 64);

  void add(Kind kind) { bits_ |= bit(kind); }
  bool has(Kind kind) const { return (bits_ & bit(kind)) != 0; }
  bool empty() const { return bits_ == 0; }
  void clear() { bits_ = 0; }

  // Adds one to the counter of each kind in the set. Parsers call it when they come to a verdict;
  // whoever gives up on a message that still needs more bytes calls it himself.
  void count() const {
    for (unsigned i = 0; i < static_cast<unsigned>(Kind::kCount); ++i)
      if (has(static_cast<Kind>(i))) counter_of(static_cast<Kind>(i)).add();
  }

 private:
  static uint64_t bit(Kind kind) { return uint64_t{1} << static_cast<unsigned>(kind); }

  uint64_t bits_ = 0;
};

}  // namespace picket::inspect
