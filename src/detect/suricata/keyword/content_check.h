// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "detect/suricata/buffer_check.h"

namespace picket::detect::suricata::keyword {

// The number in a modifier: written out, or the name of a byte_extract result (its place).
struct Amount {
  static constexpr uint8_t kNoVariable = 255;
  int32_t value = 0;
  uint8_t variable = kNoVariable;
  int64_t get(const MatchScope& scope) const {
    return variable == kNoVariable ? value
                                   : static_cast<int64_t>(scope.variables[variable] & 0x7fffffff);
  }
};

// content with its modifiers. offset and depth count from the buffer's begin, distance and within
// from the end of the match before; the pattern must lie wholly inside what they leave.
class ContentCheck final : public BufferCheck {
 public:
  ContentCheck(Bytes pattern, bool negated)
      : BufferCheck(negated ? Kind::kOnce : Kind::kRepeated),
        pattern_(pattern),
        negated_(negated) {}

  bool matches(BufferWalk& walk) const override;
  uint32_t next(BufferWalk& walk, uint32_t origin, uint32_t from) const override;

  Bytes pattern() const { return pattern_; }
  // Every place behind a later match of the check before is also one behind an earlier match: it
  // counts from there without an end.
  bool open_ended() const {
    return !negated_ && relative && !has_within && distance.variable == Amount::kNoVariable;
  }
  // The content ends within the first so many bytes of the buffer; 0: anywhere.
  uint32_t reach() const {
    const bool plain = has_depth && !relative && depth.variable == Amount::kNoVariable &&
                       (!has_offset || offset.variable == Amount::kNoVariable);
    const int64_t end = depth.value + (has_offset ? int64_t{offset.value} : 0);
    return plain && end > 0 ? static_cast<uint32_t>(end) : 0;
  }
  bool negated() const { return negated_; }
  // Set by modifiers while the rule is read; the pattern of a nocase content is in small letters.
  void set_pattern(Bytes pattern) { pattern_ = pattern; }
  bool nocase = false, has_offset = false, has_depth = false, has_distance = false,
       has_within = false, starts_with = false, ends_with = false, raw = false;
  bool fast_pattern = false, fast_pattern_only = false;
  uint16_t fast_offset = 0,
           fast_length = 0;  // part of the pattern to be searched first; 0: all of it
  Amount offset, depth, distance, within;

 private:
  struct Span {
    int64_t from, to;  // in bytes of the walk; nothing when from >= to
  };
  Span where(const BufferWalk& walk, uint32_t origin) const;
  size_t find(const BufferWalk& walk, Span span) const;  // kNotFound or the place

  Bytes pattern_;
  bool negated_;
};

}  // namespace picket::detect::suricata::keyword
