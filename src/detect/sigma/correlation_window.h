// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <string>

#include "detect/sigma/rule.h"

namespace picket::detect::sigma {

// What one group of one correlation has seen within its timespan, in order of time. At most
// kSamplesMax samples: beyond that the oldest goes and is counted by the caller (add() says so), so
// a count never exceeds it and larger thresholds are refused at creation of the correlator.
class CorrelationWindow {
 public:
  static constexpr size_t kSamplesMax = 20'000;

  struct Sample {
    int64_t time_ns = 0;
    uint32_t reference = 0;  // place in Correlation::rules
    double number = 0;       // of value_sum, value_avg, value_percentile
    std::string text;        // of value_count
  };

  // False: an old sample had to go for this one.
  bool add(Sample sample);
  void expire_before(int64_t time_ns);
  bool empty() const { return samples_.empty(); }
  size_t size() const { return samples_.size(); }
  int64_t first_ns() const { return samples_.front().time_ns; }
  int64_t last_ns() const { return samples_.back().time_ns; }

  // What the correlation's condition is about: a count, a sum, the number of different rules...
  double measure(const Correlation& correlation) const;
  // Whether the condition holds over the samples now in the window.
  bool holds(const Correlation& correlation) const;

 private:
  uint64_t references_seen() const;  // a bit each
  bool in_order(size_t references) const;
  double distinct_texts() const;
  double percentile(double percent) const;

  std::deque<Sample> samples_;
};

}  // namespace picket::detect::sigma
