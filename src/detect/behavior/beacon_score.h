// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

// How much a row of connections looks like a program that calls home by the clock: a score 0..1
// with its parts. The parts are those that RITA (Active Countermeasures) made common knowledge: how
// regular the intervals are, how regular the sizes, how evenly the calls spread over the time, how
// long they went on. Each is 0..1 and weighs the same. Robust statistics only (medians and
// quartiles), so that jitter, a missed call or a burst of tasks does not hide the rhythm. Pure
// functions; any thread.
namespace picket::detect::behavior {

// How evenly things spread over time, in bounded memory and without knowing how long it will take:
// kBuckets counts of equal width, which doubles (neighbours merge) when time runs out of the last
// one.
class SpreadHistogram {
 public:
  static constexpr size_t kBuckets = 96;
  static constexpr int64_t kFirstWidthMs = 60'000;

  void add(int64_t time_ms);
  uint64_t total() const { return total_; }
  // The counts merged into `buckets` (<= kBuckets) over first..last, both included.
  void merged(int64_t first_ms, int64_t last_ms, std::span<double> buckets) const;
  // The longest stretch without a gap longer than `gap_ms` (or the histogram's own width, if that
  // is more), in milliseconds.
  int64_t longest_run_ms(int64_t gap_ms) const;

 private:
  void widen_down(int64_t time_ms);
  void widen_up(int64_t time_ms);
  std::array<uint32_t, kBuckets> counts_{};
  int64_t start_ms_ = 0, width_ms_ = kFirstWidthMs;
  uint64_t total_ = 0;
};

struct BeaconSample {
  std::span<const int64_t> times_ms;  // sorted; the newest of them where there were more
  std::span<const double> sizes;      // bytes sent per connection, any order; may be empty
  const SpreadHistogram* spread = nullptr;
  int64_t first_ms = 0, last_ms = 0;  // of all
  int64_t watched_ms = 0;             // how long this host has been watched
};

struct BeaconScore {
  double intervals = 0, sizes = 0, spread = 0, duration = 0;
  bool sizes_known = false;
  double interval_s = 0;  // median
  double jitter = 0;      // median deviation from that, as a share of it
  double size = 0;        // median
  size_t visits = 0;      // in the sample; connections within kSameVisitMs count once
  double total() const;   // 0..1; without sizes the mean of the other three, at most kUnsizedMax
};

// Connections closer than this are one visit: parallel fetches, or one told by two logs.
constexpr int64_t kSameVisitMs = 1'000;
constexpr double kUnsizedMax = 0.9;

BeaconScore beacon_score(const BeaconSample& sample);

// Parts, for tests and for other behaviours. `sorted` ascending.
double median_of(std::span<const double> sorted);
double median_deviation(std::span<const double> sorted);
// 1 for a symmetrical distribution, 0 for one whose quartiles lie all on one side of the median
// (Bowley's skewness). Spans less than `resolution` are symmetrical.
double symmetry(std::span<const double> sorted, double resolution);
// 1 - median deviation / median, at least 0.
double steadiness(std::span<const double> sorted);
// 1 - coefficient of variation, at least 0; a machine that is off at night counts with its hours
// on.
double evenness(std::span<const double> counts);

}  // namespace picket::detect::behavior
