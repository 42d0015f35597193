// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"

namespace picket::detect::suricata {

// A name that stands for a number in rules: {"query", 0}.
struct NamedNumber {
  std::string_view name;
  int64_t value;
};

// The comparison that all integer keywords share: N, =N, !N, !=N, <N, <=N, >N, >=N, A-B and A<>B
// (both ends excluded), !A-B, &MASK=N, &MASK!=N. Numbers are decimal or 0x..., with an optional
// unit kb, mb, gb. A value.
class NumberCondition {
 public:
  static Result<NumberCondition> parse(std::string_view text,
                                       std::span<const NamedNumber> names = {});
  static NumberCondition equal(int64_t value) { return {Mode::kEqual, value, 0}; }

  bool matches(int64_t value) const;
  bool is_equality() const { return mode_ == Mode::kEqual; }
  bool is_upper_bound() const { return mode_ == Mode::kLess || mode_ == Mode::kLessOrEqual; }
  int64_t first() const { return a_; }
  // No number from `limit` on matches.
  bool stays_below(int64_t limit) const;

 private:
  enum class Mode : uint8_t {
    kEqual,
    kUnequal,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kWithin,
    kOutside,
    kMask,
    kNotMask,
  };
  NumberCondition(Mode mode, int64_t a, int64_t b) : mode_(mode), a_(a), b_(b) {}

  Mode mode_;
  int64_t a_, b_;
};

}  // namespace picket::detect::suricata
