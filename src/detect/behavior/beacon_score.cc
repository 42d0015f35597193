// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/beacon_score.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace picket::detect::behavior {
namespace {

constexpr int64_t kHourMs = 3'600'000;
// Calls over less time than this say little; over more, the clock has proven itself.
constexpr int64_t kSettledMs = 6 * kHourMs;
constexpr int64_t kIdealRunMs = 12 * kHourMs;
// Buckets of the spread: enough to see gaps, few enough that each expects some calls.
constexpr size_t kSpreadBucketsMax = 24, kSpreadBucketsMin = 6;
constexpr size_t kVisitsPerBucket = 4;
// A machine that is off part of the time: its hours on count almost as much as all of them.
constexpr double kActiveShareMin = 0.4, kPartTimeWorth = 0.9;
constexpr double kIntervalResolutionS = 10, kSizeResolution = 32;

double quantile(std::span<const double> sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<size_t>(at);
  const size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - static_cast<double>(low));
}

double one_minus_variation(std::span<const double> counts) {
  double sum = 0, squares = 0;
  for (const double count : counts) sum += count, squares += count * count;
  const auto n = static_cast<double>(counts.size());
  if (sum <= 0) return 0;
  const double mean = sum / n;
  const double deviation = std::sqrt(std::max(0.0, squares / n - mean * mean));
  return std::clamp(1 - deviation / mean, 0.0, 1.0);
}

}  // namespace

void SpreadHistogram::widen_up(int64_t time_ms) {
  while (time_ms >= start_ms_ + width_ms_ * static_cast<int64_t>(kBuckets)) {
    for (size_t i = 0; i < kBuckets / 2; ++i) counts_[i] = counts_[2 * i] + counts_[2 * i + 1];
    std::fill(counts_.begin() + kBuckets / 2, counts_.end(), 0);
    width_ms_ *= 2;
  }
}

void SpreadHistogram::widen_down(int64_t time_ms) {
  while (time_ms < start_ms_) {
    // The same merge, with the old counts in the upper half.
    const int64_t reach = width_ms_ * static_cast<int64_t>(kBuckets);
    for (size_t i = kBuckets; i-- > kBuckets / 2;)
      counts_[i] = counts_[2 * i - kBuckets] + counts_[2 * i - kBuckets + 1];
    std::fill(counts_.begin(), counts_.begin() + kBuckets / 2, 0);
    start_ms_ -= reach;
    width_ms_ *= 2;
  }
}

void SpreadHistogram::add(int64_t time_ms) {
  if (total_ == 0) start_ms_ = time_ms;
  // Times a century apart are somebody's broken clock; they would only flatten everything.
  constexpr int64_t kReachMaxMs = int64_t{100} * 366 * 24 * kHourMs;
  if (time_ms - start_ms_ > kReachMaxMs || start_ms_ - time_ms > kReachMaxMs) return;
  widen_up(time_ms);
  widen_down(time_ms);
  ++counts_[static_cast<size_t>((time_ms - start_ms_) / width_ms_)];
  ++total_;
}

void SpreadHistogram::merged(int64_t first_ms, int64_t last_ms, std::span<double> buckets) const {
  std::ranges::fill(buckets, 0.0);
  const double width =
      static_cast<double>(last_ms - first_ms + 1) / static_cast<double>(buckets.size());
  for (size_t i = 0; i < kBuckets; ++i) {
    if (counts_[i] == 0) continue;
    // The bucket's share in each target bucket, clipped to first..last.
    const int64_t from = start_ms_ + static_cast<int64_t>(i) * width_ms_;
    const double low = static_cast<double>(std::max<int64_t>(from, first_ms) - first_ms);
    const double high = static_cast<double>(std::min(from + width_ms_, last_ms + 1) - first_ms);
    if (high <= low) continue;
    for (auto t = static_cast<size_t>(low / width); t < buckets.size(); ++t) {
      const double begin = std::max(low, static_cast<double>(t) * width);
      const double end = std::min(high, static_cast<double>(t + 1) * width);
      if (end <= begin) break;
      buckets[t] += counts_[i] * (end - begin) / (high - low);
    }
  }
}

int64_t SpreadHistogram::longest_run_ms(int64_t gap_ms) const {
  const int64_t gap_buckets = gap_ms / width_ms_;
  int64_t longest = 0, run_start = -1, last = -1;
  for (int64_t i = 0; i < static_cast<int64_t>(kBuckets); ++i) {
    if (counts_[static_cast<size_t>(i)] == 0) continue;
    if (run_start < 0 || i - last - 1 > gap_buckets) run_start = i;
    last = i;
    longest = std::max(longest, last - run_start + 1);
  }
  return longest * width_ms_;
}

double median_of(std::span<const double> sorted) {
  return sorted.empty() ? 0 : quantile(sorted, 0.5);
}

double median_deviation(std::span<const double> sorted) {
  const double median = median_of(sorted);
  std::vector<double> deviations;
  deviations.reserve(sorted.size());
  for (const double value : sorted) deviations.push_back(std::abs(value - median));
  std::ranges::sort(deviations);
  return median_of(deviations);
}

double symmetry(std::span<const double> sorted, double resolution) {
  if (sorted.size() < 3) return 0;
  const double q1 = quantile(sorted, 0.25), q2 = quantile(sorted, 0.5), q3 = quantile(sorted, 0.75);
  if (q3 - q1 < resolution || q2 == q1 || q2 == q3) return 1;
  return 1 - std::abs((q1 + q3 - 2 * q2) / (q3 - q1));
}

double steadiness(std::span<const double> sorted) {
  const double median = median_of(sorted);
  if (median <= 0) return median_deviation(sorted) == 0 ? 1 : 0;
  return std::max(0.0, 1 - median_deviation(sorted) / median);
}

double evenness(std::span<const double> counts) {
  std::vector<double> active;
  for (const double count : counts)
    if (count >= 0.5) active.push_back(count);
  double score = one_minus_variation(counts);
  if (static_cast<double>(active.size()) >= kActiveShareMin * static_cast<double>(counts.size()))
    score = std::max(score, kPartTimeWorth * one_minus_variation(active));
  return score;
}

double BeaconScore::total() const {
  if (sizes_known) return (intervals + sizes + spread + duration) / 4;
  return std::min(kUnsizedMax, (intervals + spread + duration) / 3);
}

BeaconScore beacon_score(const BeaconSample& sample) {
  BeaconScore score;
  std::vector<double> gaps;
  int64_t last = 0;
  for (const int64_t time : sample.times_ms) {
    if (score.visits > 0 && time - last < kSameVisitMs) continue;
    if (score.visits > 0) gaps.push_back(static_cast<double>(time - last) / 1000);
    last = time;
    ++score.visits;
  }
  if (gaps.size() < 3 || sample.spread == nullptr) return score;
  std::ranges::sort(gaps);
  score.interval_s = median_of(gaps);
  score.jitter = median_deviation(gaps) / score.interval_s;
  score.intervals =
      (symmetry(gaps, std::min(kIntervalResolutionS, score.interval_s / 4)) + steadiness(gaps)) / 2;

  std::vector<double> sizes(sample.sizes.begin(), sample.sizes.end());
  std::ranges::sort(sizes);
  if (score.sizes_known = sizes.size() >= 3; score.sizes_known) {
    score.size = median_of(sizes);
    score.sizes = (symmetry(sizes, kSizeResolution) + steadiness(sizes)) / 2;
  }
  const size_t total = std::max<size_t>(sample.spread->total(), score.visits);
  std::vector<double> buckets(
      std::clamp(total / kVisitsPerBucket, kSpreadBucketsMin, kSpreadBucketsMax));
  sample.spread->merged(sample.first_ms, sample.last_ms, buckets);
  score.spread = evenness(buckets);

  const auto span = static_cast<double>(sample.last_ms - sample.first_ms);
  const double coverage = span / static_cast<double>(std::max<int64_t>(sample.watched_ms, 1));
  const auto gap =
      static_cast<int64_t>(std::max(score.interval_s * 3000, static_cast<double>(kHourMs)));
  const double run = static_cast<double>(sample.spread->longest_run_ms(gap)) / kIdealRunMs;
  score.duration = std::min(1.0, span / kSettledMs) * std::min(1.0, std::max(coverage, run));
  return score;
}

}  // namespace picket::detect::behavior
