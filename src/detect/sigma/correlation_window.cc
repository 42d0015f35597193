// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/correlation_window.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace picket::detect::sigma {
namespace {

using Type = Correlation::Type;
using Op = Expression::Op;

bool passes(const Threshold& threshold, double value) {
  switch (threshold.op) {
    case Threshold::Op::kLess: return value < threshold.value;
    case Threshold::Op::kLessOrEqual: return value <= threshold.value;
    case Threshold::Op::kGreater: return value > threshold.value;
    case Threshold::Op::kGreaterOrEqual: return value >= threshold.value;
    case Threshold::Op::kEqual: return value == threshold.value;
    case Threshold::Op::kNotEqual: return value != threshold.value;
  }
  return false;
}

bool expression_holds(const Expression& expression, uint64_t seen) {
  auto child_holds = [seen](const Expression& child) { return expression_holds(child, seen); };
  switch (expression.op) {
    case Op::kAnd: return std::ranges::all_of(expression.children, child_holds);
    case Op::kOr: return std::ranges::any_of(expression.children, child_holds);
    case Op::kNot: return !child_holds(expression.children.front());
    case Op::kSelection: return (seen >> expression.index & 1) != 0;
    case Op::kPredicate: return false;
  }
  return false;
}

}  // namespace

bool CorrelationWindow::add(Sample sample) {
  auto after = std::ranges::upper_bound(samples_, sample.time_ns, {}, &Sample::time_ns);
  samples_.insert(after, std::move(sample));
  if (samples_.size() <= kSamplesMax) return true;
  samples_.pop_front();
  return false;
}

void CorrelationWindow::expire_before(int64_t time_ns) {
  while (!samples_.empty() && samples_.front().time_ns < time_ns) samples_.pop_front();
}

uint64_t CorrelationWindow::references_seen() const {
  uint64_t seen = 0;
  for (const Sample& sample : samples_) seen |= uint64_t{1} << sample.reference;
  return seen;
}

bool CorrelationWindow::in_order(size_t references) const {
  size_t next = 0;
  for (const Sample& sample : samples_) {
    if (next < references && sample.reference == next) ++next;
  }
  return next == references;
}

double CorrelationWindow::distinct_texts() const {
  std::unordered_set<std::string_view> texts;
  for (const Sample& sample : samples_) texts.insert(sample.text);
  return static_cast<double>(texts.size());
}

// Nearest rank: the smallest value that at least `percent` of all values do not exceed.
double CorrelationWindow::percentile(double percent) const {
  std::vector<double> numbers;
  for (const Sample& sample : samples_) numbers.push_back(sample.number);
  if (numbers.empty()) return 0;
  auto rank = static_cast<size_t>(std::ceil(percent / 100 * static_cast<double>(numbers.size())));
  auto place = numbers.begin() + static_cast<std::ptrdiff_t>(rank == 0 ? 0 : rank - 1);
  std::ranges::nth_element(numbers, place);
  return *place;
}

double CorrelationWindow::measure(const Correlation& correlation) const {
  auto count = static_cast<double>(samples_.size());
  auto sum = [this] {
    return std::accumulate(samples_.begin(), samples_.end(), 0.0,
                           [](double so_far, const Sample& s) { return so_far + s.number; });
  };
  switch (correlation.type) {
    case Type::kEventCount: return count;
    case Type::kValueCount: return distinct_texts();
    case Type::kTemporal:
    case Type::kTemporalOrdered: return std::popcount(references_seen());
    case Type::kValueSum: return sum();
    case Type::kValueAvg: return samples_.empty() ? 0 : sum() / count;
    case Type::kValuePercentile: return percentile(correlation.percentile);
  }
  return 0;
}

bool CorrelationWindow::holds(const Correlation& correlation) const {
  bool temporal = correlation.type == Type::kTemporal || correlation.type == Type::kTemporalOrdered;
  if (temporal && correlation.expression)
    return expression_holds(*correlation.expression, references_seen());
  if (temporal && correlation.thresholds.empty()) {
    return correlation.type == Type::kTemporalOrdered
               ? in_order(correlation.rules.size())
               : measure(correlation) >= static_cast<double>(correlation.rules.size());
  }
  if (correlation.type == Type::kTemporalOrdered &&
      !in_order(static_cast<size_t>(measure(correlation))))
    return false;
  double value = measure(correlation);
  return std::ranges::all_of(correlation.thresholds, [value](const Threshold& threshold) {
    return passes(threshold, value);
  });
}

}  // namespace picket::detect::sigma
